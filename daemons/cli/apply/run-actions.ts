import type { Action } from "../../../systemd/core/plan/plan-types.ts";
import { mountUnitNames, placeIn, unitKind } from "../../../systemd/core/unit-kinds.ts";
import { type Step, stepText } from "../core/apply/apply-result.ts";
import { DONE } from "../core/apply/plan-text.ts";
import type { Progress } from "./progress.ts";
import { lastLines, runProgram, showUnits } from "./systemctl.ts";
import { usersText, whoUses } from "./who-uses.ts";

/** Lines of a unit's journal that are shown when it fails. */
const LINES = 3;
/** How often the line that says what is going on is renewed. */
const TICK_MS = 1_000;

export type RunOptions = {
  readonly progress: Progress;
  /** Do not wait for what is started. */
  readonly noWait: boolean;
  /** From performance.now(): systemctl is not waited for after that, though systemd goes on. */
  readonly deadline: number;
  /** The user wants it to stop. */
  readonly interrupted: () => boolean;
};

/**
 * Does what a plan says, in its order; what may be done at the same time is. After a failure it goes on with the rest.
 */
export async function runActions(actions: readonly Action[], options: RunOptions): Promise<Step[]> {
  const steps: Step[] = [];
  for (const group of groups(actions)) {
    if (options.interrupted()) break;
    const begun = performance.now();
    const pending = new Set(group);
    const show = (): void => {
      const [first] = pending;
      if (first === undefined) return;
      const more = pending.size > 1 ? ` and ${pending.size - 1} more` : "";
      const spent = Math.round((performance.now() - begun) / 1000);
      const what = `${DONE[first.kind].will} ${first.unit}`.trimEnd();
      options.progress.now(`${what}${more} (${spent} s)`);
    };
    show();
    const timer = setInterval(show, TICK_MS);
    const done = group.map(async (action) => {
      const step = await runOne(action, steps, options);
      pending.delete(action);
      options.progress.line(stepText(step));
      show();
      return step;
    });
    steps.push(...(await Promise.all(done)));
    clearInterval(timer);
  }
  options.progress.end();
  return steps;
}

/** Stretches of the order whose parts do not wait for each other: of one kind, of mounts those equally deep. */
function groups(actions: readonly Action[]): Action[][] {
  const key = ({ kind, unit }: Action): string => `${kind} ${unitKind(unit)} ${placeIn(unit).split("-").length}`;
  const made: Action[][] = [];
  for (const action of actions) {
    const last = made.at(-1);
    if (last?.[0] !== undefined && key(last[0]) === key(action)) last.push(action);
    else made.push([action]);
  }
  return made;
}

async function runOne(action: Action, before: readonly Step[], options: RunOptions): Promise<Step> {
  const { kind, unit } = action;
  const [begun, since] = [performance.now(), Date.now()];
  const step = (result: Step["result"], lines: readonly string[] = []): Step => {
    return { ...action, result, ms: Math.round(performance.now() - begun), lines };
  };
  const stuck = before.find((one) => one.unit === unit && one.kind === "stop" && one.result === "failed");
  if (kind === "start" && stuck !== undefined) return step("failed", ["it could not be stopped, and is as it was"]);
  // What was started too often is not started again before it is forgotten, systemd.unit(5) StartLimitBurst=.
  if (kind === "start" || kind === "restart") await runProgram("systemctl", ["reset-failed", "--", unit], 5_000);
  const words = options.noWait && (kind === "start" || kind === "restart") ? ["--no-block", kind] : [kind];
  const left = Math.max(1_000, options.deadline - performance.now());
  const ended = await runProgram("systemctl", [...words, ...(unit === "" ? [] : ["--", unit])], left);
  if (ended.code === 0) return step("done");
  if (ended.late) return step("waiting", ["systemd is still at it"]);
  if (kind === "stop" || kind === "daemon-reload") return step("failed", await whyNot(action, ended.stderr, since));
  return step((await goesOn(unit)) ? "waiting" : "failed", await whyNot(action, ended.stderr, since));
}

/** Whether systemd tries again by itself. Of a mount, it is its service that is started again. */
async function goesOn(unit: string): Promise<boolean> {
  const { service } = mountUnitNames(placeIn(unit));
  const shown = await showUnits(unitKind(unit) === "mount" ? [unit, service] : [unit], ["ActiveState"]);
  return [...(shown?.values() ?? [])].some((one) => one.get("ActiveState") === "activating");
}

async function whyNot({ kind, unit }: Action, stderr: string, since: number): Promise<readonly string[]> {
  const said = stderr
    .trim()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("See "));
  if (unit === "") return said;
  const isMount = unitKind(unit) === "mount";
  if (kind === "stop" && isMount) {
    const where = (await showUnits([unit], ["Where"]))?.get(unit)?.get("Where") ?? "";
    const users = where === "" ? [] : whoUses(where);
    if (users.length > 0) return [`${where} is in use by ${usersText(users)}`];
  }
  const lines = await lastLines(unit, LINES, since);
  return lines.length > 0 ? lines : said;
}
