import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../../../config-schema/load.ts";
import { resolve } from "node:path";
import { EXIT } from "../core/exit-codes.ts";
import { previousGood } from "../core/apply/generation.ts";
import { configPath } from "../machine.ts";
import { printDiagnostics } from "../read-config.ts";
import { applyReady } from "./apply-ready.ts";
import { keepReplaced } from "./baseline.ts";
import { readTexts, sameTexts, writeTexts } from "./config-files.ts";
import { currentNumber, generationPath, listGenerations, setOutcome, textsOf } from "./generations.ts";
import { takeLock } from "./lock.ts";
import { prepare } from "./prepare.ts";
import { hasSystemd } from "./systemctl.ts";
import { disarmRevert, dropTrial } from "./try-guard.ts";

export type RollbackOptions = {
  /** The generation; undefined: the one that counts as the previous. */
  readonly to?: number | undefined;
  /** What was being tried goes, whatever is going on: an apply that does not end is ended. */
  readonly insist?: boolean;
  /** The lock is held already. */
  readonly locked?: boolean;
  readonly timeoutMs?: number | undefined;
};

const say = (line: string): void => console.error(`pohmelfs: ${line}`);

/** How long an apply that is still going on is waited for, when what it does has to be undone. */
const LOCK_MS = 20_000;
/** And how long for its end, once it is killed. */
const KILLED_MS = 10_000;

/** Puts the file of an earlier generation back, and applies it. @returns As `applyConfig`. */
export async function rollbackTo(options: RollbackOptions): Promise<number> {
  if (!hasSystemd() || process.getuid?.() !== 0) {
    say(
      hasSystemd()
        ? "only root can go back: sudo pohmelfs rollback"
        : "rollback needs systemd, which does not run this machine",
    );
    return EXIT.failed;
  }
  let release = (): void => {};
  try {
    const lock = options.locked === true ? release : await lockFor(options.insist === true);
    if (lock === undefined) return EXIT.failed;
    release = lock;
    return await rollbackUnderLock(options);
  } catch (error) {
    // A disk that is full or read-only; what else is thrown is a bug.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    say((error as Error).message);
    return EXIT.failed;
  } finally {
    release();
  }
}

/** @param insist What holds the lock is ended, when it does not end by itself. */
async function lockFor(insist: boolean): Promise<(() => void) | undefined> {
  const begun = performance.now();
  for (let killed = false; ; ) {
    const lock = takeLock();
    if (lock.held) return lock.release;
    const waited = performance.now() - begun;
    if (!insist || waited > LOCK_MS + KILLED_MS) {
      say(`another apply is going on (process ${lock.by}): wait for it`);
      return undefined;
    }
    if (waited > LOCK_MS && !killed) {
      kill(lock.by);
      killed = true;
    }
    await sleep(200);
  }
}

function kill(pid: number): void {
  try {
    // kill(2): 0 would be all of ours.
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in this moment.
  }
}

async function rollbackUnderLock({ to, insist, timeoutMs }: RollbackOptions): Promise<number> {
  const path = resolve(configPath(undefined));
  const target = to ?? targetOf(path);
  if (typeof target === "string") {
    say(target);
    return EXIT.nothingThere;
  }
  const found = listGenerations().find(({ number }) => number === target);
  if (found === undefined) {
    say(`there is no generation ${target}: 'pohmelfs generations' shows those that are kept`);
    return EXIT.nothingThere;
  }
  const texts = textsOf(target);
  const loaded = texts.file === undefined ? undefined : loadConfig(generationPath(target));
  if (loaded?.ok === false) {
    printDiagnostics(loaded.diagnostics);
    say(`generation ${target} has errors, for this version at least: nothing was changed`);
    return EXIT.configuration;
  }
  const trial = dropTrial();
  if (trial === undefined && insist === true) {
    say("it was confirmed: nothing comes back");
    return EXIT.ok;
  }
  const kept = sameTexts(readTexts(path), texts) ? undefined : keepReplaced(path, `replaced by generation ${target}`);
  if (kept !== undefined) say(`what was in ${path} is generation ${kept} now`);
  writeTexts(path, texts);
  // Only now: whatever happens before, the next boot goes on with it.
  const lost = trial?.generation;
  if (lost !== undefined) {
    await disarmRevert();
    markReverted(lost);
  }
  const ready = await prepare({});
  if (ready.kind !== "ready") {
    say(
      `${path} is that of generation ${target} again, but: ${ready.kind === "wrong" ? "it has errors" : ready.because}`,
    );
    return EXIT.failed;
  }
  process.stdout.write(`${path} is that of generation ${target} again.\n`);
  const because = lost === undefined ? `rollback to ${target}` : `rollback to ${target}: ${lost} was not confirmed`;
  const applied = await applyReady(ready, {
    because,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  process.stdout.write(`Generation ${applied.generation ?? "?"} (as ${target}): ${applied.ending.outcome}.\n`);
  return applied.ending.code;
}

function markReverted(generation: number): void {
  try {
    setOutcome(generation, "reverted");
  } catch {
    // It is not kept any more.
  }
}

/** A file with changes that were never applied goes back to the one in force; else it is the one before. */
function targetOf(path: string): number | string {
  const current = currentNumber();
  if (current !== undefined && !sameTexts(readTexts(path), textsOf(current))) return current;
  return previousGood(listGenerations())?.number ?? "there is no earlier generation that was applied wholly";
}
