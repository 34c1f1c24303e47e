import type { Command } from "commander";
import type { End } from "./end.ts";

/** `pohmelfs check [file]`. */
export function addCheck(program: Command, end: End): void {
  program
    .command("check")
    .argument("[file]", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .description("check a configuration and show everything that is wrong with it")
    .option("--json", "as JSON")
    .action(async (file: string | undefined, options: { json?: true }) => {
      const { check } = await import("../check.ts");
      end(check(file, options.json === true));
    });
}
