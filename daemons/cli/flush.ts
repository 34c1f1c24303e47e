import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { VERSION } from "../core/version.ts";
import { EXIT } from "./core/exit-codes.ts";

function flush(path: string): number {
  if (!existsSync(path)) {
    console.error(`flush: ${path}: no such file or directory`);
    return EXIT.nothingThere;
  }
  process.stdout.write(
    "Nothing to flush: clients of this version keep nothing back. What a program has written lies on every server before\n" +
      "its call returns. What was changed in an export by hand, past the clients, is not picked up by this version.\n",
  );
  return EXIT.ok;
}

function main(args: readonly string[]): number {
  let code: number = EXIT.ok;
  const program = new Command("flush")
    .description(
      "The original's tool to have clients give back what they cache of PATH. Clients of this version cache nothing.",
    )
    .version(VERSION, "-V, --version")
    .argument("<path>", "a file or directory")
    .exitOverride()
    .action((path: string) => {
      code = flush(path);
    });
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

process.exitCode = main(process.argv.slice(2));
