import type { UnitLimits } from "../../config-schema/model.ts";
import type { Lines } from "./unit-text.ts";

const SUFFIXES = ["", "K", "M", "G", "T"] as const;

/** A size as systemd reads it, in the largest unit of which it is a whole number: `512M`. */
function sizeValue(bytes: number): string {
  let amount = bytes;
  let at = 0;
  while (amount % 1024 === 0 && at < SUFFIXES.length - 1) {
    amount /= 1024;
    at += 1;
  }
  return `${amount}${SUFFIXES[at]}`;
}

/** systemd.resource-control(5) and systemd.exec(5), for [Service]. */
export function limitLines(limits: UnitLimits | undefined): Lines {
  const { memoryMaxBytes, cpuWeight, ioWeight, tasksMax, nice } = limits ?? {};
  return [
    ["MemoryMax", memoryMaxBytes === undefined ? undefined : sizeValue(memoryMaxBytes)],
    ["CPUWeight", cpuWeight?.toString()],
    ["IOWeight", ioWeight?.toString()],
    ["TasksMax", tasksMax?.toString()],
    ["Nice", nice?.toString()],
  ];
}
