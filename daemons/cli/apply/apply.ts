import { createInterface } from "node:readline/promises";
import { EXIT } from "../core/exit-codes.ts";
import { isEmpty, planText } from "../core/apply/plan-text.ts";
import { printDiagnostics } from "../read-config.ts";
import { applyReady, type Applied } from "./apply-ready.ts";
import { takeLock } from "./lock.ts";
import { planJson, planView } from "./plan-view.ts";
import { prepare, type Ready } from "./prepare.ts";
import { rollbackTo } from "./rollback.ts";
import { likesColour, refuse } from "./show-plan.ts";
import { hasSystemd } from "./systemctl.ts";
import { confirmOrRevert } from "./try-apply.ts";
import { currentTrial } from "./try-guard.ts";

export type ApplyOptions = {
  /** A file that is to take the place of the machine's own. */
  readonly config?: string | undefined;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** With all lines of the units. */
  readonly diff?: boolean;
  /** Go back after so long, unless confirmed. */
  readonly tryMs?: number | undefined;
  /** Wait until servers and mounts answer; it is so unless said otherwise. */
  readonly wait?: boolean;
  /** How long all of it may take. */
  readonly timeoutMs?: number;
  readonly json?: boolean;
  /** Do not ask whether all is to be stopped when there is no file. */
  readonly yes?: boolean;
  /** What the generation says of its reason. */
  readonly because?: string;
};

const say = (line: string): void => console.error(`pohmelfs: ${line}`);

/**
 * `pohmelfs apply`: has this host do what its file says, and keeps the file as a generation.
 *
 * @returns What to end with: 0; 1 nothing could be done; 3 the file is wrong, and nothing was changed; 5 some of it
 * failed; 7 something does not answer in time.
 */
export async function applyConfig(options: ApplyOptions): Promise<number> {
  const { dryRun = false, json = false } = options;
  if (!dryRun) {
    const lacks = missing();
    if (lacks !== undefined) return refuse({ kind: "unreachable", because: lacks }, json);
  }
  try {
    return await applyLocked(options);
  } catch (error) {
    // A disk that is full or read-only; what else is thrown is a bug.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return refuse({ kind: "unreachable", because: (error as Error).message }, json);
  }
}

async function applyLocked(options: ApplyOptions): Promise<number> {
  const { config, dryRun = false, json = false, diff = false } = options;
  const lock = dryRun ? undefined : takeLock();
  if (lock?.held === false) {
    const because = `another apply is going on (process ${lock.by}): wait for it`;
    return refuse({ kind: "unreachable", because }, json);
  }
  try {
    const ready = await prepare({ config, warn: true });
    if (ready.kind !== "ready") {
      const code = refuse(ready, json);
      if (ready.kind === "wrong" && !json)
        say("nothing was changed: what runs goes on with the file that was applied last");
      return code;
    }
    if (!json) {
      printDiagnostics(ready.diagnostics);
      // Who applies what has no effect has read the warnings before.
      const view = planView(isEmpty(ready.plan) && !dryRun ? { ...ready, warnings: [] } : ready);
      process.stdout.write(planText(view, { colour: likesColour(process.stdout), diff }));
    }
    if (dryRun) {
      if (json) print({ dryRun: true, ok: true, ...planJson(ready) });
      return EXIT.ok;
    }
    return await applyUnderLock(ready, options);
  } finally {
    if (lock?.held === true) lock.release();
  }
}

const print = (value: object): void => {
  process.stdout.write(`${JSON.stringify({ version: 1, ...value }, undefined, 2)}\n`);
};

function missing(): string | undefined {
  if (!hasSystemd())
    return "apply needs systemd, which does not run this machine: 'pohmelfs plan' shows what it would do; without systemd start fserver and mount by hand";
  if (process.getuid?.() !== 0) return "only root can apply: sudo pohmelfs apply";
  return undefined;
}

async function applyUnderLock(ready: Ready, options: ApplyOptions): Promise<number> {
  const { json = false, tryMs } = options;
  const trial = currentTrial();
  if (trial !== undefined) {
    const because = `generation ${trial.generation} is being tried: 'pohmelfs confirm' keeps it, 'pohmelfs rollback ${trial.back}' ends it`;
    return refuse({ kind: "unreachable", because }, json);
  }
  if (!(await mayStopAll(ready, options.yes === true))) {
    say(`nothing was changed; to stop all of pohmelfs on this host: pohmelfs apply --yes`);
    return EXIT.failed;
  }
  const applied = await applyReady(ready, options);
  const { generation, ending } = applied;
  if (json) print(appliedJson(ready, applied));
  else {
    const went = isEmpty(ready.plan) ? "nothing had to be done" : ending.outcome;
    const tried = applied.trial === undefined ? "" : ", and being tried";
    process.stdout.write(`Generation ${generation ?? "?"}: ${went}${tried}.\n`);
  }
  if (tryMs === undefined || applied.trial === undefined) return ending.code;
  if (ending.outcome === "interrupted") {
    await rollbackTo({ to: applied.trial.back, locked: true });
    return ending.code;
  }
  return confirmOrRevert(applied.trial, tryMs, ending.code);
}

const appliedJson = ({ host, path, plan }: Ready, { generation, ending, steps, answered, trial }: Applied) => ({
  ok: ending.code === EXIT.ok,
  host,
  path,
  generation: generation ?? null,
  outcome: ending.outcome,
  trial: trial ?? null,
  changes: plan.changes,
  steps,
  answered,
  failures: ending.failures,
});

/**
 * Without a file, or with one that does not name this host, all goes. That may be meant; but a file that was moved by mistake,
 * or is for other hosts, looks the same. A script that has a file is taken at its word: so are hosts taken out of it.
 */
async function mayStopAll({ wish, plan, path, host }: Ready, yes: boolean): Promise<boolean> {
  const isMeant = wish?.isKnown === true || !plan.actions.some(({ kind }) => kind === "stop");
  if (isMeant || yes) return true;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) return wish !== undefined;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await asking.question(
      `${wish === undefined ? `There is no ${path}` : `The file does not name ${host}`}. Stop all of pohmelfs on this host? Data stay. [y/N] `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
