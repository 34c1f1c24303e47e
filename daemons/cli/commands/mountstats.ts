import type { Command } from "commander";
import type { End } from "./end.ts";

/** `pohmelfs mountstats [directory]`. */
export function addMountstats(program: Command, end: End): void {
  program
    .command("mountstats")
    .argument("[directory]", "where it is mounted (default: all mounts of this machine)")
    .description("show the servers of a mount (or of all) in the seven columns of old")
    .option("--json", "as JSON")
    .action(async (directory: string | undefined, options: { json?: true }) => {
      const { showMountstats } = await import("../status/show-mountstats.ts");
      end(await showMountstats(directory, options.json === true));
    });
}
