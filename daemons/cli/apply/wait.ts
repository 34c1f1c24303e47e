import { endingOf } from "../core/apply-result.ts";
import { EXIT } from "../core/exit-codes.ts";
import { awaitAnswers } from "./await-answers.ts";
import { prepare } from "./prepare.ts";
import { openProgress } from "./progress.ts";
import { refuse } from "./show-plan.ts";

export type WaitOptions = {
  readonly config?: string | undefined;
  /** Only for mounts. */
  readonly mounted: boolean;
  readonly timeoutMs: number;
  readonly json: boolean;
};

/** `pohmelfs wait`: until the servers and mounts of this host answer. @returns 0, 1 when one has failed, 7 too late. */
export async function waitForAnswers({ config, mounted, timeoutMs, json }: WaitOptions): Promise<number> {
  const ready = await prepare({ config });
  if (ready.kind !== "ready") return refuse(ready, json);
  if (ready.wish === undefined) {
    console.error(`pohmelfs: there is no ${ready.path}: nothing to wait for`);
    return EXIT.nothingThere;
  }
  const progress = openProgress(json);
  const deadline = performance.now() + timeoutMs;
  const answered = await awaitAnswers(ready.wish, { progress, deadline, mountsOnly: mounted });
  const { code, failures } = endingOf([], answered);
  if (json)
    process.stdout.write(`${JSON.stringify({ version: 1, ok: code === EXIT.ok, answered, failures }, undefined, 2)}\n`);
  return code;
}
