import { cfgCommand } from "../../daemons/cli/cfg-command.ts";
import { pohmelfsCommand } from "../../daemons/cli/commands.ts";
import { MOUNT_USAGE } from "../../daemons/cli/core/mount-usage.ts";
import { flushCommand } from "../../daemons/cli/flush-command.ts";
import { FSERVER_USAGE } from "../../daemons/fserver/usage.ts";
import { GENERATOR_USAGE } from "../../systemd/generator-usage.ts";
import { type ProgramWords, wordsOfCommand, wordsOfUsage } from "./program-words.ts";

/** Every program that people call, with its commands. */
export function allPrograms(): readonly ProgramWords[] {
  const trees = [pohmelfsCommand, cfgCommand, flushCommand].map((make) => wordsOfCommand(make(() => {})));
  return [...trees, ...[FSERVER_USAGE, MOUNT_USAGE, GENERATOR_USAGE].map(wordsOfUsage)];
}
