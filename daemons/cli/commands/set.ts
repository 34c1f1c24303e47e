import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = { readonly config?: string; readonly delete?: true; readonly dryRun?: true; readonly apply: boolean };

/** `pohmelfs set PATH VALUE`. */
export function addSet(program: Command, end: End): void {
  program
    .command("set")
    .argument("<path>", 'such as servers.host-75.port, mounts[0].at, servers."a.example.org".port')
    .argument("[value]", "as it would stand in the file: 1026, '[ro, noatime]', '{ address: 192.0.2.75 }'")
    .description("change one value in the file that says it, all else kept byte for byte, and apply")
    .option("--delete", "take the key, or the item of the list, out")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("-n, --dry-run", "show what would change in the file, and change nothing")
    .option("--no-apply", "change the file only")
    .addHelpText(
      "after",
      "\nA list grows by its next number. When the result would be wrong, its errors are\nshown and nothing is written.",
    )
    .action(async (path: string, value: string | undefined, options: Options) => {
      const { set } = await import("../edit/set.ts");
      const { config, dryRun, apply } = options;
      end(
        await set(path, value, { config, remove: options.delete === true, dryRun: dryRun === true, noApply: !apply }),
      );
    });
}
