import type { Model } from "../../config-schema/model.ts";
import { askServer } from "./ask-server.ts";
import { EXIT } from "./core/exit-codes.ts";
import { type Answer, isHealthy, makeStatus } from "./core/status.ts";
import { statusText } from "./core/status-text.ts";
import { findMounts } from "./find-mounts.ts";
import { configPath } from "./machine.ts";
import { readConfig } from "./read-config.ts";

/** How long a server or a mount may take to tell how it is. */
const ANSWER_MS = 2_000;

/** Asks every server that is a member of a group, all at the same time, each once. */
async function askServers(model: Model): Promise<Map<string, Answer>> {
  const questions = new Map<string, Promise<Answer>>();
  for (const { index, members } of model.groups) {
    for (const { server } of members) {
      if (!questions.has(server.name)) questions.set(server.name, askServer(server, index, model.hash, ANSWER_MS));
    }
  }
  return new Map(await Promise.all([...questions].map(async ([name, answer]) => [name, await answer] as const)));
}

export type StatusOptions = {
  readonly config: string | undefined;
  readonly json: boolean;
  /** End with EXIT.unhealthy when something is not as configured. */
  readonly exitCode: boolean;
};

/** `pohmelfs status`. */
export async function showStatus({ config, json, exitCode }: StatusOptions): Promise<number> {
  const model = readConfig(configPath(config));
  if (model === undefined) return EXIT.configuration;
  const [answers, mounts] = await Promise.all([askServers(model), findMounts(ANSWER_MS)]);
  const status = makeStatus(model, answers, mounts);
  process.stdout.write(json ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status));
  return exitCode && !isHealthy(status) ? EXIT.unhealthy : EXIT.ok;
}
