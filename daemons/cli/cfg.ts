import { cfgCommand } from "./cfg-command.ts";
import { runCommand } from "./run-command.ts";

runCommand(cfgCommand);
