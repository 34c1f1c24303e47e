import { DEFAULTS } from "./defaults.ts";
import type { Draft } from "./draft.ts";
import { durationMs } from "./duration.ts";
import type { Timeouts } from "./model.ts";

type TimeoutKey = keyof NonNullable<Draft["timeouts"]>;

/** The timeouts: the key in the file, the field in the model, what is allowed. The schema's texts tell the same. */
export const TIMEOUTS = [
  // A lease ends 4 s after the last beat that was answered: a silent member must be suspect before that.
  { key: "beat", field: "beatMs", minMs: 100, maxMs: 1500 },
  { key: "suspect", field: "suspectMs", minMs: 200, maxMs: 3500 },
  { key: "connect", field: "connectMs", minMs: 100, maxMs: 600_000 },
  { key: "give-up", field: "giveUpMs", minMs: 1000, maxMs: 86_400_000 },
] as const satisfies readonly { key: TimeoutKey; field: keyof Timeouts; minMs: number; maxMs: number }[];

/** What the file says, completed by the defaults; what it says wrongly counts as not said. */
export function timeoutsOf(written: Draft["timeouts"]): Timeouts {
  const timeouts: Record<keyof Timeouts, number> = { ...DEFAULTS.timeouts };
  for (const { key, field } of TIMEOUTS) {
    const value = written?.[key];
    timeouts[field] = (value === undefined ? undefined : durationMs(value)) ?? timeouts[field];
  }
  return timeouts;
}
