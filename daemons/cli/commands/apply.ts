import { type Command, InvalidArgumentError, Option } from "commander";
import { durationMs } from "../../../config-schema/duration.ts";
import type { End } from "./end.ts";

type Options = {
  readonly config?: string;
  readonly dryRun?: true;
  readonly diff?: true;
  readonly try?: number;
  readonly timeout: number;
  readonly wait: boolean;
  readonly yes?: true;
  readonly json?: true;
};

/** A duration as in the configuration, or a number of seconds; more than none of them. */
export function milliseconds(text: string): number {
  const ms = durationMs(/^[0-9.]+$/.test(text) ? `${text}s` : text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("write it as 90s or 2min.");
  return ms;
}

/** `--timeout`, which is a minute unless said otherwise. */
export const timeoutOption = (description: string): Option =>
  new Option("--timeout <time>", description).argParser(milliseconds).default(60_000, "1min");

/** `pohmelfs apply`. */
export function addApply(program: Command, end: End): void {
  program
    .command("apply")
    .description("have this host do what its file says: start, stop and restart just what changed")
    .option("-n, --dry-run", "show the plan, change nothing")
    .option("--diff", "all lines of the units, not only those that change")
    .option(
      "--try <time>",
      "go back by itself after so long, unless confirmed by Enter or 'pohmelfs confirm'",
      milliseconds,
    )
    .option("--config <file>", "put this file in the place of the configuration first; the old one is kept")
    .addOption(timeoutOption("how long to wait until servers and mounts answer"))
    .option("--no-wait", "do not wait for them")
    .option("--yes", "do not ask whether all is to be stopped, without a file or with one that does not name this host")
    .option("--json", "as JSON, when all is done")
    .addHelpText(
      "after",
      "\nA file with errors changes nothing: what runs goes on (exit code 3). Each\napply is kept as a generation; 'pohmelfs rollback' goes back.",
    )
    .action(async (options: Options) => {
      const { applyConfig } = await import("../apply/apply.ts");
      const { config, dryRun, diff, timeout, wait, yes, json } = options;
      end(
        await applyConfig({
          config,
          dryRun: dryRun === true,
          diff: diff === true,
          tryMs: options.try,
          timeoutMs: timeout,
          wait,
          yes: yes === true,
          json: json === true,
        }),
      );
    });
}
