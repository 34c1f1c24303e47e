import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = { readonly config?: string; readonly json?: true };

/** `pohmelfs check [file]`. */
export function addCheck(program: Command, end: End): void {
  program
    .command("check")
    .argument("[file]", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--config <file>", "the same, as other commands have it")
    .description("check a configuration and show everything that is wrong with it")
    .option("--json", "as JSON")
    .action(async (file: string | undefined, { config, json }: Options) => {
      const { check } = await import("../check.ts");
      end(check(file ?? config, json === true));
    });
}
