import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = { readonly config?: string; readonly json?: true; readonly effective?: true; readonly paths?: true };

/** `pohmelfs get [path]`. */
export function addGet(program: Command, end: End): void {
  program
    .command("get")
    .argument("[path]", 'such as servers.host-75.port, mounts[0].at, servers."a.example.org" (default: everything)')
    .description("show a value of the configuration, drop-ins included, as it is written")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--effective", "what holds: with the defaults of what is not written")
    .option("--paths", "the paths of all single values there, one a line")
    .option("--json", "as JSON, with the place in the file")
    .action(async (path: string | undefined, { config, json, effective, paths }: Options) => {
      const { get } = await import("../edit/get.ts");
      end(get(path, { config, json: json === true, effective: effective === true, paths: paths === true }));
    });
}
