import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = { readonly config?: string; readonly json?: true; readonly exitCode?: true };

/** `pohmelfs status`. */
export function addStatus(program: Command, end: End): void {
  program
    .command("status")
    .description("show groups, their members and this machine's mounts")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--json", "as JSON")
    .option("--exit-code", "end with 6 when something is not as configured")
    .action(async ({ config, json, exitCode }: Options) => {
      const { showStatus } = await import("../status/show-status.ts");
      end(await showStatus({ config, json: json === true, exitCode: exitCode === true }));
    });
}
