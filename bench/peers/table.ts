import { judge } from "./bars.ts";
import { type Measurement, medians } from "./measurement.ts";
import type { Figure, Workload } from "./workload.ts";

/** From this share of the time on that the load itself computes, a figure says little of the file system. */
const DOMINATES = 0.3;

const FIRST = 32;
const WIDTH = 16;

/** @returns Lines: each figure with the medians and how many times ours that is, then its bars. */
export function table(
  workloads: readonly Workload[],
  systems: readonly string[],
  all: readonly Measurement[],
): readonly string[] {
  const lines = ["".padEnd(FIRST) + systems.map((system) => system.padStart(WIDTH)).join("")];
  let dominated = false;
  for (const workload of workloads) {
    for (const figure of workload.figures) {
      const found = medians(all, workload.name, figure.name);
      if (found.size === 0) continue;
      const own = medians(all, workload.name, `${figure.name} own`);
      const cells = systems.map((system) => {
        const marked = (own.get(system) ?? 0) > DOMINATES;
        dominated ||= marked;
        return cell(found.get(system), found.get("ours"), marked);
      });
      lines.push(`${figure.name}, ${figure.unit}`.padEnd(FIRST) + cells.join(""), ...barLines(figure, found));
    }
  }
  if (dominated) lines.push(`* more than ${DOMINATES * 100} % of the time the load itself computed`);
  return lines;
}

function cell(value: number | undefined, ours: number | undefined, marked: boolean): string {
  if (value === undefined) return "–".padStart(WIDTH);
  const ratio = ours === undefined ? "" : ` ${short(value / ours).padStart(5)}×`;
  return `${short(value)}${marked ? "*" : ""}${ratio}`.padStart(WIDTH);
}

function barLines({ bars, unit }: Figure, found: ReadonlyMap<string, number>): string[] {
  if (!found.has("ours")) return [];
  return bars.map((against) => {
    const { bar, limit, margin } = judge(against, unit.endsWith("/s"), found);
    const text = `    ${bar}${limit === undefined ? "" : ` = ${short(limit)}`}: `;
    if (margin === undefined) return `${text}nothing to compare with`;
    return text + (margin >= 1 ? `held (${short(margin)}×)` : `MISSED by ${short(1 / margin)}×`);
  });
}

/** Three digits. */
export const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
