import { durationMs, durationText } from "../duration.ts";
import { TIMEOUTS, timeoutsOf } from "../timeouts.ts";
import type { Facts, Found } from "./facts.ts";

/** Timeouts are within their limits, and two beats fit into the silence that makes a connection suspect. */
export function checkTimeouts({ draft }: Facts): Found[] {
  const written = draft.timeouts ?? {};
  const found = TIMEOUTS.flatMap(({ key, minMs, maxMs }): Found[] => {
    const value = written[key];
    const ms = value === undefined ? undefined : durationMs(value);
    if (ms === undefined || (ms >= minMs && ms <= maxMs)) return [];
    const message = `timeouts.${key} must be ${durationText(minMs)} to ${durationText(maxMs)}, not '${value}'`;
    return [{ code: "out-of-range", path: ["timeouts", key], show: "value", message }];
  });
  if (found.length > 0) return found;
  const { beatMs, suspectMs } = timeoutsOf(written);
  if (suspectMs >= 2 * beatMs) return [];
  const message = `a connection would be suspect after ${durationText(suspectMs)}, with a beat each ${durationText(beatMs)}`;
  const key = written.suspect === undefined ? "beat" : "suspect";
  return [
    {
      code: "suspect-too-soon",
      path: ["timeouts", key],
      show: "value",
      message,
      hint: "'suspect' must be at least twice 'beat'",
    },
  ];
}
