import type { Command } from "commander";
import { timeoutOption } from "./apply.ts";
import type { End } from "./end.ts";

type Options = { readonly config?: string; readonly mounted?: true; readonly timeout: number; readonly json?: true };

/** `pohmelfs wait`. */
export function addWait(program: Command, end: End): void {
  program
    .command("wait")
    .description("wait until the servers and mounts of this host answer")
    .option("--mounted", "only for mounts")
    .addOption(timeoutOption("give up after so long, with exit code 7"))
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--json", "as JSON, when all is done")
    .action(async ({ config, mounted, timeout, json }: Options) => {
      const { waitForAnswers } = await import("../apply/wait.ts");
      end(await waitForAnswers({ config, mounted: mounted === true, timeoutMs: timeout, json: json === true }));
    });
}
