import type { Command } from "commander";
import type { End } from "./end.ts";

type Options = {
  readonly config?: string;
  readonly host?: string;
  readonly all?: true;
  readonly json?: true;
  readonly diff?: true;
};

/** `pohmelfs plan`. */
export function addPlan(program: Command, end: End): void {
  program
    .command("plan")
    .description("show what 'pohmelfs apply' would do, and warn of what may not be as it is meant")
    .option("--config <file>", "another file, as if it took the place of the configuration")
    .option("--host <name>", "the plan of another host, compared with the generation that was applied here last")
    .option("--all", "the plans of all hosts of the file")
    .option("--diff", "all lines of the units, not only those that change")
    .option("--json", "as JSON")
    .action(async ({ config, host, all, json, diff }: Options) => {
      const { showPlan } = await import("../apply/show-plan.ts");
      end(await showPlan({ config, host, all: all === true, json: json === true, diff: diff === true }));
    });
}
