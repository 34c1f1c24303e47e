import { pohmelfsCommand } from "./commands.ts";
import { runCommand } from "./run-command.ts";

runCommand(pohmelfsCommand);
