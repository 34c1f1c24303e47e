import { Command } from "commander";
import { groupOf } from "../../config-schema/queries.ts";
import { VERSION } from "../core/version.ts";
import type { End } from "./commands/end.ts";
import { cfgRefusal, type CfgWords } from "./core/cfg-refusal.ts";
import { cfgShow } from "./core/cfg-show.ts";
import { EXIT } from "./core/exit-codes.ts";
import { configPath } from "./machine.ts";
import { readConfig } from "./read-config.ts";

type Options = {
  readonly A: string;
  readonly i?: string;
  readonly a?: string;
  readonly p?: string;
  readonly P?: string;
  readonly I?: string;
  readonly config?: string;
};

function show(index: string | undefined, path: string): number {
  const model = readConfig(path);
  if (model === undefined) return EXIT.configuration;
  if (index === undefined) {
    process.stdout.write(model.groups.map(cfgShow).join("\n"));
    return EXIT.ok;
  }
  const group = /^\d+$/.test(index) ? groupOf(model, Number(index)) : undefined;
  if (group === undefined) {
    console.error(`cfg: ${path} has no group with index ${index}`);
    return EXIT.nothingThere;
  }
  process.stdout.write(cfgShow(group));
  return EXIT.ok;
}

function run({ A: action, i: index, a: address, p: port, P: priority, I: permissions, config }: Options): number {
  const path = configPath(config);
  if (action === "show") return show(index, path);
  if (action === "dump") return show(undefined, path);
  const words: CfgWords = { address, port, index, priority, permissions };
  console.error(`cfg: ${cfgRefusal(action, path, words) ?? `there is no action '${action}'; there are show and dump`}`);
  return EXIT.usage;
}

/** The words of `cfg`; see `commands.ts` for what a tree of commands is. */
export function cfgCommand(end: End): Command {
  return new Command("cfg")
    .description("Shows the servers of a group as the original's cfg did. What is in force is the configuration file.")
    .version(VERSION, "-V, --version")
    .requiredOption("-A <action>", "show (one group, or all without -i) or dump (all groups)")
    .option("-i <index>", "index of the group")
    .option("-a <address>", "address of a server (for actions of the original, which are refused)")
    .option("-p <port>", "its port")
    .option("-P <priority>", "its priority")
    .option("-I <permissions>", "its permissions: 1, 2 or 3")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .exitOverride()
    .action((options: Options) => end(run(options)));
}
