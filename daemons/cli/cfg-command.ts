import { Command } from "commander";
import { VERSION } from "../core/version.ts";
import type { End } from "./commands/end.ts";
import { configPath } from "./machine.ts";

type Options = {
  readonly A: string;
  readonly i?: string;
  readonly a?: string;
  readonly p?: string;
  readonly P?: string;
  readonly I?: string;
  readonly export?: string;
  readonly name?: string;
  readonly group?: string;
  readonly config?: string;
  readonly dryRun?: true;
  readonly apply: boolean;
};

/** The words of `cfg`; see `commands.ts` for what a tree of commands is. */
export function cfgCommand(end: End): Command {
  return new Command("cfg")
    .description(
      "Shows and changes the servers of groups, in the words of the original's cfg. What it changes is the configuration file, which is then applied.",
    )
    .version(VERSION, "-V, --version")
    .requiredOption("-A <action>", "what to do: add, del, modify, show, dump or flush")
    .option("-a <address>", "address (or name) of a server")
    .option("-p <port>", "its port (default: that of the file, 1025)")
    .option("-i <index>", "index of the group (default: 1; for show, all groups; flush needs it)")
    .option("-P <priority>", "0 to 65535; the highest is read first, and leads")
    .option("-I <permissions>", "1 read-only, 2 write-only, 3 read-write (default)")
    .option("-r, --export <dir>", "add: directory that the server exports; needed for a new group")
    .option("--name <name>", "add: name of a server that the file does not know yet")
    .option("--group <name>", "add: name of a group that the file does not have yet (default: group-INDEX)")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("-n, --dry-run", "show what would change in the file, and change nothing")
    .option("--no-apply", "change the file only")
    .addHelpText(
      "after",
      `
Actions:
  add     put a server into a group; one that the file does not know is added to
          it, under the name that the file has for its address, else as
          server-ADDRESS
  del     take a server out of a group; it stays among the file's servers
  modify  change a server's priority or permissions in a group
  show    print a group's servers; dump prints those of all groups
  flush   take a group out of the file, with its mounts; files in exports stay`,
    )
    .exitOverride()
    .action(async ({ A, a, p, i, P, I, config, dryRun, apply, ...words }: Options) => {
      const { runCfg } = await import("./edit/run-cfg.ts");
      const options = { ...words, address: a, port: p, index: i, priority: P, permissions: I };
      end(await runCfg({ ...options, action: A, path: configPath(config), dryRun: dryRun === true, noApply: !apply }));
    });
}
