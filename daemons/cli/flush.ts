import { flushCommand } from "./flush-command.ts";
import { runCommand } from "./run-command.ts";

runCommand(flushCommand);
