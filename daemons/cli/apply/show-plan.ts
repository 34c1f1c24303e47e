import { hostsOf } from "../../../config-schema/queries.ts";
import { EXIT } from "../core/exit-codes.ts";
import { planText } from "../core/apply/plan-text.ts";
import { printDiagnostics } from "../read-config.ts";
import { planJson, planView } from "./plan-view.ts";
import { prepare, type Prepared, type Ready } from "./prepare.ts";

export type PlanOptions = {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  /** All hosts of the file. */
  readonly all?: boolean;
  readonly json?: boolean;
  readonly diff?: boolean;
};

export const likesColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && process.env["NO_COLOR"] === undefined;

/** `pohmelfs plan`: what an apply would do. Changes nothing, and ends with 0 whether there is something to do or not. */
export async function showPlan(options: PlanOptions): Promise<number> {
  const { config, host, all = false, json = false, diff = false } = options;
  const first = await prepare({ config, host, warn: !all });
  if (first.kind !== "ready") return refuse(first, json);
  printDiagnostics(first.diagnostics);
  const plans = all ? await plansOfAll(first, config) : [first];
  if (json) {
    const [only] = plans;
    const made =
      all || only === undefined
        ? { version: 1, ok: true, plans: plans.map(planJson) }
        : { version: 1, ok: true, ...planJson(only) };
    process.stdout.write(`${JSON.stringify(made, undefined, 2)}\n`);
  } else {
    const colour = likesColour(process.stdout);
    process.stdout.write(plans.map((one) => planText(planView(one), { colour, diff })).join("\n"));
  }
  return EXIT.ok;
}

async function plansOfAll(first: Ready, config: string | undefined): Promise<Ready[]> {
  const plans: Ready[] = [];
  for (const host of first.wish === undefined ? [] : hostsOf(first.wish.model)) {
    const one = await prepare({ config, host, warn: true });
    if (one.kind === "ready") plans.push(one);
  }
  return plans;
}

/** Says why there is no plan. @returns What to end with. */
export function refuse(prepared: Exclude<Prepared, Ready>, json: boolean): number {
  const isWrong = prepared.kind === "wrong";
  if (json) {
    const why = isWrong ? { diagnostics: prepared.diagnostics } : { because: prepared.because };
    process.stdout.write(`${JSON.stringify({ version: 1, ok: false, ...why }, undefined, 2)}\n`);
  } else if (isWrong) printDiagnostics(prepared.diagnostics);
  else console.error(`pohmelfs: ${prepared.because}`);
  return isWrong ? EXIT.configuration : EXIT.failed;
}
