import { type Command, Option } from "commander";
import { milliseconds } from "./apply.ts";
import type { End } from "./end.ts";

type Options = { readonly timeout?: number; readonly json?: true };

/** `pohmelfs sync`. */
export function addSync(program: Command, end: End): void {
  program
    .command("sync")
    .argument("[directory]", "where it is mounted, or what lies below (default: all mounts of this machine)")
    .description("wait until all that was written is on the disks of all servers")
    .addOption(
      new Option("--timeout <time>", "give up after so long, with exit code 7 (default: never)").argParser(
        milliseconds,
      ),
    )
    .option("--json", "as JSON, when all is done")
    .action(async (directory: string | undefined, { timeout, json }: Options) => {
      const { syncMounts } = await import("../sync/sync-mounts.ts");
      end(await syncMounts({ directory, timeoutMs: timeout, json: json === true }));
    });
}
