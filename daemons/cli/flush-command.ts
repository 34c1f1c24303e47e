import { existsSync } from "node:fs";
import { Command } from "commander";
import { VERSION } from "../core/version.ts";
import type { End } from "./commands/end.ts";
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

/** The words of `flush`; see `commands.ts` for what a tree of commands is. */
export function flushCommand(end: End): Command {
  return new Command("flush")
    .description(
      "The original's tool to have clients give back what they cache of PATH. Clients of this version cache nothing.",
    )
    .version(VERSION, "-V, --version")
    .argument("<path>", "a file or directory")
    .exitOverride()
    .action((path: string) => end(flush(path)));
}
