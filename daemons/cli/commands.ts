import { Command } from "commander";
import { VERSION } from "../core/version.ts";
import { twoColumns } from "../core/wrap.ts";
import { addApply } from "./commands/apply.ts";
import { addComplete } from "./commands/complete.ts";
import { addCheck } from "./commands/check.ts";
import type { End } from "./commands/end.ts";
import { addGenerations } from "./commands/generations.ts";
import { addGet } from "./commands/get.ts";
import { addInit } from "./commands/init.ts";
import { EXIT_TEXTS } from "./core/exit-codes.ts";
import { addMountstats } from "./commands/mountstats.ts";
import { addPlan } from "./commands/plan.ts";
import { addSet } from "./commands/set.ts";
import { addStatus } from "./commands/status.ts";
import { addSync } from "./commands/sync.ts";
import { addWait } from "./commands/wait.ts";

const exitCodes = (): string => twoColumns(EXIT_TEXTS.map(([code, when]) => [`  ${code}`, when]));

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
      () => `\nMount with: mount -t pohmelfs GROUP DIR\n\nExit codes:\n${exitCodes()}\nManual: man pohmelfs`,
    );
  addInit(program, end);
  addCheck(program, end);
  addPlan(program, end);
  addApply(program, end);
  addGenerations(program, end);
  addWait(program, end);
  addSync(program, end);
  addStatus(program, end);
  addMountstats(program, end);
  addGet(program, end);
  addSet(program, end);
  for (const command of program.commands)
    command
      .showHelpAfterError(`(see pohmelfs ${command.name()} --help)`)
      .addHelpText("after", () => `\nManual: man pohmelfs-${command.name()}`);
  addComplete(program, end);
  return program;
}
