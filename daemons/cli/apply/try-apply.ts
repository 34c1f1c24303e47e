import { EXIT } from "../core/exit-codes.ts";
import { setOutcome } from "./generations.ts";
import { rollbackTo } from "./rollback.ts";
import { currentTrial, disarmRevert, type Trial } from "./try-guard.ts";

const LOOK_MS = 500;

/** `pohmelfs confirm`: what is being tried stays. */
export async function confirm(): Promise<number> {
  const trial = currentTrial();
  if (trial === undefined) {
    console.error("pohmelfs: nothing is being tried; 'pohmelfs generations' shows how the last try ended");
    return EXIT.nothingThere;
  }
  await disarmRevert();
  setOutcome(trial.generation, "applied");
  process.stdout.write(`Generation ${trial.generation} stays.\n`);
  return EXIT.ok;
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
  if (word === "time") console.error(`pohmelfs: not confirmed: systemd brings generation ${back} back`);
  return EXIT.failed;
}

function ask(generation: number, tryMs: number): Promise<Word> {
  const end = performance.now() + tryMs;
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
    process.stdin.on("data", () => done("keep"));
    process.stdin.on("end", () => done("lost"));
    const timer = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (currentTrial()?.generation !== generation) done("settled");
      else if (left <= 0) done("time");
      else process.stderr.write(`\r\u001b[K${left} s `);
    }, LOOK_MS);
  });
}
