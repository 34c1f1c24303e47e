import type { Command } from "commander";
import type { End } from "./end.ts";

/** `pohmelfs __complete KIND`: for the completion of shells, and in no help. */
export function addComplete(program: Command, end: End): void {
  program
    .command("__complete", { hidden: true })
    .argument("<kind>")
    .option("--config <file>")
    .action(async (kind: string, { config }: { config?: string }) => {
      const { complete } = await import("../complete.ts");
      end(complete(kind, config));
    });
}
