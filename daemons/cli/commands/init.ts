import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = {
  readonly server?: readonly string[];
  readonly witness?: readonly string[];
  readonly client?: readonly string[];
  readonly mount?: readonly string[];
  readonly group?: string;
  readonly index?: string;
  readonly export?: string;
  readonly config?: string;
  readonly output?: string;
  readonly force?: true;
};

/** An option that may be given several times. */
const another = (word: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), word];

/** `pohmelfs init`. */
export function addInit(program: Command, end: End): void {
  program
    .command("init")
    .description("write a configuration; without servers and mounts, an example with comments")
    .option("--server <name=address[:port]>", "a server; the first has the highest priority (repeatable)", another)
    .option(
      "--mount <host:/dir>",
      "mount the group there; the host is a server, a client, or HOST=ADDRESS (repeatable)",
      another,
    )
    .option("--client <name=address>", "a host that only mounts (repeatable)", another)
    .option("--witness <name=address[:port]>", "a server that holds no data (repeatable)", another)
    .option("--group <name>", "the group's name (default: the last part of the first mount's directory)")
    .option("--index <number>", "the group's index (default: 1)")
    .option("--export <dir>", "where servers keep the group (default: /srv/pohmelfs/GROUP)")
    .option("--config <file>", "the file to write (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--output <file>", "write another file; - prints it")
    .option("--force", "overwrite the file")
    .addHelpText(
      "after",
      `
A host without an address is looked up, now and once. Asks nothing.

Example:
  pohmelfs init --server host-75=192.0.2.75 --server host-166=192.0.2.166 \\
    --mount host-147=192.0.2.147:/opt/pohtest --export /opt/pohtest`,
    )
    .action(async ({ server = [], witness = [], client = [], mount = [], ...options }: Options) => {
      const { init } = await import("../edit/init.ts");
      const { group, index, export: directory, config, output, force } = options;
      const words = {
        servers: server,
        witnesses: witness,
        clients: client,
        mounts: mount,
        group,
        index,
        export: directory,
      };
      end(await init({ ...words, config, output, force: force === true }));
    });
}
