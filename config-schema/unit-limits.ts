import type { Draft } from "./draft.ts";
import type { UnitLimits } from "./model.ts";
import { sizeBytes } from "./size.ts";

type Written = NonNullable<NonNullable<Draft["servers"]>[string]>["unit"];

/** Less than a program of Node needs before it has done anything, and more than any machine has. The schema's texts tell the same. */
export const MEMORY_MAX = { minBytes: 192 * 1024 ** 2, maxBytes: 64 * 1024 ** 4 } as const;

/** What a mount's daemon needs besides its cache: Node, the program, what is on its way. */
export const MOUNT_MEMORY_BYTES = 128 * 1024 ** 2;

/** Of a server, before its `workers`: Node's own, and the one that serves. */
export const SERVER_TASKS_MIN = 32;

/** @returns undefined when nothing is limited. */
export function unitLimitsOf(written: Written): UnitLimits | undefined {
  if (written === undefined || written === null) return undefined;
  const limits = {
    memoryMaxBytes: written["memory-max"] === undefined ? undefined : sizeBytes(written["memory-max"]),
    cpuWeight: written["cpu-weight"],
    ioWeight: written["io-weight"],
    tasksMax: written["tasks-max"],
    nice: written.nice,
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
