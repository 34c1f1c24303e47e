import { EXIT } from "../core/exit-codes.ts";
import { setOutcome } from "./generations.ts";
import { takeLock } from "./lock.ts";
import { rollbackTo } from "./rollback.ts";
import { currentTrial, disarmRevert, keepTrial, type Trial } from "./try-guard.ts";

const LOOK_MS = 500;
/** What was typed while the apply was going on comes at once, and confirms nothing. */
const TYPED_BEFORE_MS = 300;

const say = (line: string): void => console.error(`pohmelfs: ${line}`);

/** `pohmelfs confirm`: what is being tried stays. */
export async function confirm(): Promise<number> {
  const trial = currentTrial();
  if (trial === undefined) {
    say("nothing is being tried; 'pohmelfs generations' shows how the last try ended");
    return EXIT.nothingThere;
  }
  if (trial.until === undefined && isBeingApplied()) {
    say(`generation ${trial.generation} is still being applied: confirm it when that is done`);
    return EXIT.failed;
  }
  if (!keepTrial()) {
    say(`too late: generation ${trial.back} comes back in this moment`);
    return EXIT.failed;
  }
  await disarmRevert();
  setOutcome(trial.generation, "applied");
  process.stdout.write(`Generation ${trial.generation} stays.\n`);
  return EXIT.ok;
}

function isBeingApplied(): boolean {
  const lock = takeLock();
  if (lock.held) lock.release();
  return !lock.held;
}

type Word = "keep" | "back" | "settled" | "lost" | "time";

/**
 * On a terminal, asks whether what was applied is to stay, until systemd brings the old one back. Elsewhere only says how
 * to confirm.
 *
 * @param code What the apply ended with.
 */
export async function confirmOrRevert(trial: Trial, tryMs: number, code: number): Promise<number> {
  const { generation, back } = trial;
  const comesBack = `else generation ${back} comes back in ${Math.round(tryMs / 1000)} s`;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    process.stderr.write(`To keep it: pohmelfs confirm; ${comesBack}.\n`);
    return code;
  }
  process.stdout.write(`Enter keeps it, ^C goes back at once; ${comesBack}.\n`);
  const word = await ask(generation, tryMs);
  if (word === "keep") return (await confirm()) === EXIT.ok ? code : EXIT.failed;
  if (word === "back") {
    await rollbackTo({ to: back, locked: true });
    return EXIT.failed;
  }
  if (word === "settled") return code;
  if (word === "time") say(`not confirmed: systemd brings generation ${back} back`);
  return EXIT.failed;
}

function ask(generation: number, tryMs: number): Promise<Word> {
  const begun = performance.now();
  const end = begun + tryMs;
  return new Promise((settle) => {
    const done = (word: Word): void => {
      clearInterval(timer);
      for (const [signal, listener] of signals) process.removeListener(signal, listener);
      process.stdin.removeAllListeners("data");
      process.stdin.pause();
      process.stderr.write("\r\u001b[K");
      settle(word);
    };
    const signals: readonly (readonly [NodeJS.Signals, () => void])[] = [
      ["SIGINT", () => done("back")],
      ["SIGUSR1", () => done("keep")],
      // The session is lost: the timer is not.
      ["SIGHUP", () => done("lost")],
      ["SIGTERM", () => done("lost")],
    ];
    for (const [signal, listener] of signals) process.once(signal, listener);
    process.stdin.on("data", () => {
      if (performance.now() - begun > TYPED_BEFORE_MS) done("keep");
    });
    process.stdin.on("end", () => done("lost"));
    const timer = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (currentTrial()?.generation !== generation) done("settled");
      else if (left <= 0) done("time");
      else process.stderr.write(`\r\u001b[K${left} s `);
    }, LOOK_MS);
  });
}
