import type { Action, Change, Plan } from "../../../../systemd/core/plan/plan-types.ts";
import { COLUMNS, wrap } from "../../../core/wrap.ts";
import type { PlanWarning } from "./plan-warning.ts";

/** What is shown of a plan. */
export type PlanView = {
  /** The machine's own configuration. */
  readonly path: string;
  /** The file that was read. */
  readonly source: string;
  readonly host: string;
  readonly isAbsent: boolean;
  /** The file has this host; undefined where there is no file. */
  readonly isKnown: boolean | undefined;
  /** Hosts of the file. */
  readonly hosts: readonly string[];
  readonly basis: "systemd" | "generation" | "nothing";
  readonly generation: number | undefined;
  readonly plan: Plan;
  readonly warnings: readonly PlanWarning[];
};

export type PlanStyle = {
  readonly colour: boolean;
  /** All lines of units, instead of those that change in units that stay. */
  readonly diff: boolean;
};

const PAINT = { red: "31", green: "32", yellow: "33", bold: "1" } as const;

export const painter =
  (colour: boolean) =>
  (paint: keyof typeof PAINT, text: string): string =>
    colour ? `\u001b[${PAINT[paint]}m${text}\u001b[0m` : text;

const CHANGES = { added: ["+", "green"], changed: ["~", "yellow"], removed: ["-", "red"] } as const;

/** Words for what is done, and for what was done. */
export const DONE: Readonly<Record<Action["kind"], { readonly will: string; readonly did: string }>> = {
  stop: { will: "stop", did: "stopped" },
  "daemon-reload": { will: "tell systemd of its units", did: "told systemd of its units" },
  "reset-failed": { will: "forget", did: "forgot" },
  reload: { will: "reload", did: "reloaded" },
  restart: { will: "restart", did: "restarted" },
  start: { will: "start", did: "started" },
};

export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** `2 units to add, 1 to change; then 1 to start`, or `nothing to do`. */
export function planSummary({ changes, actions }: Plan): string {
  const units = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const count = changes.filter((one) => one.kind === kind && one.diff !== "").length;
    const verb = { added: "to add", changed: "to change", removed: "to remove" }[kind];
    return count === 0 ? [] : [`${plural(count, "unit")} ${verb}`];
  });
  const verbs = (["stop", "reload", "restart", "start"] as const).flatMap((kind) => {
    const count = actions.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} to ${kind}`];
  });
  const all = [...units, ...verbs];
  if (all.length > 0) return all.join(", ");
  return actions.length === 0 ? "nothing to do" : "nothing to start or to stop";
}

/** A plan for people. Ends with a newline. */
export function planText(view: PlanView, style: PlanStyle): string {
  const { plan, warnings } = view;
  const parts = [
    headText(view),
    changesText(plan.changes, style),
    actionsText(plan.actions),
    plan.notes.map(({ unit, because }) => fitted(`Left as it is: ${unit}: ${because}`, 0)).join(""),
    warningsText(warnings, style),
    isEmpty(plan) ? "" : `Plan: ${planSummary(plan)}.\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** Sentences fit a terminal; what goes on on the next line is indented deeper. */
const fitted = (text: string, indent: number): string =>
  wrap(text, COLUMNS - indent - 2)
    .map((line, at) => `${" ".repeat(at === 0 ? indent : indent + 2)}${line}\n`)
    .join("");

export const isEmpty = ({ changes, actions }: Plan): boolean => changes.length === 0 && actions.length === 0;

function headText({ path, source, host, isAbsent, isKnown, hosts, basis, generation, plan }: PlanView): string {
  const what = source === path ? path : `${source}, in the place of ${path},`;
  const nothing = isEmpty(plan) ? ": nothing to do" : "";
  const against = {
    systemd: "",
    generation: ` (compared with generation ${generation}, which was applied here last)`,
    nothing: " (compared with a host that has nothing yet)",
  }[basis];
  if (isAbsent) return fitted(`There is no ${path}: ${host} is to have no server and no mount${nothing}${against}`, 0);
  const stranger =
    isKnown === false
      ? fitted(
          `It does not name this host. It names ${hosts.slice(0, 8).join(", ")}${hosts.length > 8 ? ", ..." : ""}.`,
          0,
        )
      : "";
  return `${fitted(`${what} on ${host}${nothing}${against}`, 0)}${stranger}`;
}

function changesText(changes: readonly Change[], style: PlanStyle): string {
  const paint = painter(style.colour);
  return changes
    .map(({ kind, unit, diff }) => {
      const [mark, colour] = CHANGES[kind];
      const what = kind === "removed" && diff === "" ? "runs, and has no unit any more" : kind;
      const lines = diff.split("\n").filter((line) => line !== "");
      const shown = style.diff ? lines : kind === "changed" ? lines.filter((line) => /^[+-]/.test(line)) : [];
      const body = shown.map((line) => `      ${paintLine(line, paint)}\n`).join("");
      return `  ${paint(colour, mark)} ${unit} (${what})\n${body}`;
    })
    .join("");
}

function paintLine(line: string, paint: ReturnType<typeof painter>): string {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

function actionsText(actions: readonly Action[]): string {
  if (actions.length === 0) return "";
  const lines = actions.map(({ kind, unit, because }, at) => {
    const what = kind === "daemon-reload" ? DONE[kind].will : `${DONE[kind].will} ${unit}`;
    return fitted(`${String(at + 1).padStart(String(actions.length).length)}. ${what}: ${because}`, 2);
  });
  return `What is done, in this order:\n${lines.join("")}`;
}

function warningsText(warnings: readonly PlanWarning[], { colour }: PlanStyle): string {
  const word = painter(colour)("yellow", "warning:");
  return warnings
    .map(({ message, advice }) => `${fitted(`warning: ${message}`, 0).replace("warning:", word)}${fitted(advice, 2)}`)
    .join("");
}
