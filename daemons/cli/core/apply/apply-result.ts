import type { Action } from "../../../../systemd/core/plan/plan-types.ts";
import type { Outcome } from "./generation.ts";
import { EXIT } from "../exit-codes.ts";
import { DONE } from "./plan-text.ts";

/** What became of one thing that was to be done. */
export type Step = Action & {
  /** `waiting`: systemd goes on trying by itself. */
  readonly result: "done" | "failed" | "waiting";
  readonly ms: number;
  /** Why it failed: what the unit said last. */
  readonly lines: readonly string[];
};

/** Whether a server or a mount answers. */
export type Answered = {
  readonly kind: "server" | "mount";
  /** The server's name, or where it is mounted. */
  readonly name: string;
  readonly unit: string;
  readonly result: "answers" | "failed" | "timed out";
  readonly ms: number;
  /** What it says of itself, or why it does not answer. */
  readonly lines: readonly string[];
};

const RANK_OF_TIME = 1000;

export const seconds = (ms: number): string => `${(ms / RANK_OF_TIME).toFixed(1)} s`;

const WIDTH = 10;

const indented = (lines: readonly string[]): string => lines.map((line) => `\n    ${line}`).join("");

export function stepText({ kind, unit, result, ms, lines }: Step): string {
  const { will, did } = DONE[kind];
  const what = unit === "" ? "" : ` ${unit}`;
  if (result === "failed") return `FAILED to ${will}${what}${indented(lines)}`;
  if (result === "waiting") return `${"trying".padEnd(WIDTH)}${what}: systemd goes on trying${indented(lines)}`;
  return `${what === "" ? did : `${did.padEnd(WIDTH)}${what}`} (${seconds(ms)})`;
}

export function answeredText({ name, result, ms, lines }: Answered): string {
  if (result === "answers") return `${"answers".padEnd(WIDTH)} ${name} (${[...lines, seconds(ms)].join(", ")})`;
  if (result === "timed out") return `NO ANSWER from ${name} after ${seconds(ms)}${indented(lines)}`;
  return `FAILED ${name}${indented(lines)}`;
}

export type Ending = { readonly outcome: Outcome; readonly code: number; readonly failures: readonly string[] };

/** How an apply ended, of its parts. */
export function endingOf(steps: readonly Step[], answered: readonly Answered[]): Ending {
  const failedSteps = steps.filter(({ result }) => result === "failed");
  const failedAnswers = answered.filter(({ result }) => result === "failed");
  const late = answered.filter(({ result }) => result === "timed out");
  const failures = [
    ...failedSteps.map(({ kind, unit, lines }) => `${DONE[kind].will} ${unit}: ${lines.at(-1) ?? "it failed"}`),
    ...failedAnswers.map(({ name, lines }) => `${name}: ${lines.at(-1) ?? "it failed"}`),
    ...late.map(({ name }) => `${name}: no answer`),
  ];
  const failed = failedSteps.length + failedAnswers.length;
  if (failed === 0 && late.length === 0) return { outcome: "applied", code: EXIT.ok, failures };
  if (failed === 0) return { outcome: "timed out", code: EXIT.timedOut, failures };
  const good = steps.some(({ kind, result }) => kind !== "daemon-reload" && result === "done");
  const works = answered.some(({ result }) => result === "answers");
  return good || works
    ? { outcome: "partly", code: EXIT.partly, failures }
    : { outcome: "failed", code: EXIT.failed, failures };
}
