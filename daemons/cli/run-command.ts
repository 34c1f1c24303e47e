import { type Command, CommanderError } from "commander";
import type { End } from "./commands/end.ts";
import { EXIT } from "./core/exit-codes.ts";

async function codeOf(make: (end: End) => Command, args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const command = make((ended) => {
    code = ended;
  });
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Its own code for a wrong call, and for a call without any word, is 1.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

/**
 * Runs a program that commander reads the words of, and has the process end with the code that its action gave: 2 when
 * the call was wrong. It does not wait for what is still open, as `process.exitCode` does not.
 *
 * @param make The program's commands; must have `exitOverride()`.
 */
export function runCommand(make: (end: End) => Command): void {
  // `pohmelfs plan | head`: who reads has had enough, and what is being done goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  codeOf(make, process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      // A throw is a bug of ours; whoever reports it needs the trace.
      console.error("a bug of pohmelfs:", error);
      process.exitCode = EXIT.failed;
    },
  );
}
