import { type Command, InvalidArgumentError, Option } from "commander";
import { timeoutOption } from "./apply.ts";
import type { End } from "./end.ts";

function generation(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("write the number of a generation, such as 3.");
  return Number(text);
}

/** `pohmelfs generations`, `rollback`, `confirm` and `diff`. */
export function addGenerations(program: Command, end: End): void {
  program
    .command("generations")
    .description("show what was applied on this host, and how it ended; * marks what is in force")
    .option("--json", "as JSON")
    .action(async ({ json }: { readonly json?: true }) => {
      const { showGenerations } = await import("../apply/show-generations.ts");
      end(showGenerations(json === true));
    });
  program
    .command("diff")
    .argument("[from]", "a generation; the one in force unless said otherwise", generation)
    .argument("[to]", "another one; the file as it is now unless said otherwise", generation)
    .description("show what differs between the files of two generations")
    .action(async (from: number | undefined, to: number | undefined) => {
      const { showDiff } = await import("../apply/show-diff.ts");
      end(showDiff(from, to));
    });
  program
    .command("rollback")
    .argument(
      "[generation]",
      "its number; the last one before that was applied wholly unless said otherwise",
      generation,
    )
    .description("put the file of an earlier generation back, and apply it")
    .addOption(timeoutOption("how long to wait until servers and mounts answer"))
    .addOption(new Option("--unconfirmed", "nobody confirmed what was being tried").hideHelp())
    .action(async (to: number | undefined, options: { readonly timeout: number; readonly unconfirmed?: true }) => {
      const { rollbackTo } = await import("../apply/rollback.ts");
      end(await rollbackTo({ to, timeoutMs: options.timeout, insist: options.unconfirmed === true }));
    });
  program
    .command("confirm")
    .description("keep what 'pohmelfs apply --try' has applied")
    .action(async () => {
      const { confirm } = await import("../apply/try-apply.ts");
      end(await confirm());
    });
}
