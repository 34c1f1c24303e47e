import { Command } from "commander";
import { VERSION } from "../core/version.ts";
import { addCheck } from "./commands/check.ts";
import type { End } from "./commands/end.ts";
import { addGet } from "./commands/get.ts";
import { addMountstats } from "./commands/mountstats.ts";
import { addSet } from "./commands/set.ts";
import { addStatus } from "./commands/status.ts";

/**
 * The tree of `pohmelfs`: all of its commands, arguments and options. Making it runs nothing, so that man pages and
 * completions are made from it.
 *
 * @param end Called by the action that was chosen, with the code to end with.
 */
export function pohmelfsCommand(end: End): Command {
  const program = new Command("pohmelfs")
    .description("One directory on several machines: mirrored by the client, kept as plain files on the servers.")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(see pohmelfs --help)")
    .addHelpText(
      "after",
      "\nMount with: mount -t pohmelfs GROUP DIR\nExit codes: 0 ok, 1 failed, 2 wrong call, 3 configuration invalid,\n4 nothing there, 6 not healthy (status --exit-code), 7 timed out",
    );
  addCheck(program, end);
  addStatus(program, end);
  addMountstats(program, end);
  addGet(program, end);
  addSet(program, end);
  return program;
}
