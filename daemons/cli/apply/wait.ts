import { hostname } from "node:os";
import { resolve } from "node:path";
import { loadConfig } from "../../../config-schema/load.ts";
import type { Model } from "../../../config-schema/model.ts";
import { lastGoodPath } from "../../../systemd/last-good.ts";
import { endingOf } from "../core/apply/apply-result.ts";
import { EXIT } from "../core/exit-codes.ts";
import { configPath } from "../machine.ts";
import { awaitAnswers } from "./await-answers.ts";
import { openProgress } from "./progress.ts";
import { refuse } from "./show-plan.ts";
import { wishOf } from "./wish.ts";

export type WaitOptions = {
  readonly config?: string | undefined;
  /** Only for mounts. */
  readonly mounted: boolean;
  readonly timeoutMs: number;
  readonly json: boolean;
};

/** `pohmelfs wait`: until the servers and mounts of this host answer. @returns 0, 1 when one has failed, 7 too late. */
export async function waitForAnswers({ config, mounted, timeoutMs, json }: WaitOptions): Promise<number> {
  const source = resolve(configPath(config));
  const loaded = loadConfig(source);
  const model = loaded.ok ? loaded.model : lastGood(source);
  if (model === undefined)
    return refuse({ kind: "wrong", source, diagnostics: loaded.ok ? [] : loaded.diagnostics }, json);
  const progress = openProgress(json);
  const deadline = performance.now() + timeoutMs;
  const answered = await awaitAnswers(wishOf(model, hostname()), { progress, deadline, mountsOnly: mounted });
  const { code, failures } = endingOf([], answered);
  if (json) {
    const told = { version: 1, ok: code === EXIT.ok, answered, failures };
    process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  }
  return code;
}

/** What runs while the file has errors. */
function lastGood(source: string): Model | undefined {
  const loaded = loadConfig(lastGoodPath(source));
  return loaded.ok ? loaded.model : undefined;
}
