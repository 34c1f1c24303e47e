import { resolve } from "node:path";
import { loadConfig } from "../../../config-schema/load.ts";
import type { Model } from "../../../config-schema/model.ts";
import { lastGoodPath } from "../../../systemd/last-good.ts";
import { askServer } from "./ask-server.ts";
import { EXIT } from "../core/exit-codes.ts";
import { isApplied } from "./is-applied.ts";
import { type Answer, type FileState, isHealthy, makeStatus } from "../core/status.ts";
import { statusText } from "../core/status-text.ts";
import { findMounts } from "./find-mounts.ts";
import { configPath } from "../machine.ts";
import { printDiagnostics } from "../read-config.ts";

/** How long a server or a mount may take to tell how it is. */
const ANSWER_MS = 2_000;

/** Asks every server that is a member or a witness of a group, all at the same time, each once. */
async function askServers(model: Model): Promise<Map<string, Answer>> {
  const questions = new Map<string, Promise<Answer>>();
  for (const { index, members, witnesses } of model.groups) {
    const watching = model.servers.filter(({ name }) => witnesses.includes(name));
    for (const server of [...members.map((member) => member.server), ...watching]) {
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

type Read = { readonly model: Model; readonly file: FileState };

/** The file, or else its last good copy, which is what runs then. @returns Undefined when there is neither. */
function read(path: string): Read | undefined {
  const loaded = loadConfig(path);
  printDiagnostics(loaded.ok ? loaded.warnings : loaded.diagnostics);
  if (loaded.ok) return { model: loaded.model, file: { state: isApplied(loaded.model) ? "in use" : "changed" } };
  const used = lastGoodPath(path);
  const last = loadConfig(used);
  if (!last.ok) return undefined;
  return { model: { ...last.model, path }, file: { state: "wrong", used, diagnostics: loaded.diagnostics } };
}

/** `pohmelfs status`. */
export async function showStatus({ config, json, exitCode }: StatusOptions): Promise<number> {
  const found = read(resolve(configPath(config)));
  if (found === undefined) return EXIT.configuration;
  const { model, file } = found;
  const [answers, mounts] = await Promise.all([askServers(model), findMounts(ANSWER_MS)]);
  const status = makeStatus(model, answers, mounts, file);
  process.stdout.write(json ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status));
  if (file.state === "wrong") return EXIT.configuration;
  return exitCode && !isHealthy(status) ? EXIT.unhealthy : EXIT.ok;
}
