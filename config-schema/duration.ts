const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

/**
 * A duration as written in the file, in milliseconds, rounded to whole ones.
 * @param written A number of seconds, or a number with its unit: `500 ms`, `5 s`, `2min`, `1 h`.
 * @returns undefined when it is neither.
 */
export function durationMs(written: string | number): number | undefined {
  if (typeof written === "number") return Math.round(written * UNIT_MS.s);
  const [, amount, unit] = /^([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h)$/.exec(written) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

/** The shortest exact way to write a duration: `500 ms`, `5 s`, `2 min`. */
export function durationText(ms: number): string {
  for (const unit of ["h", "min", "s"] as const) {
    if (ms >= UNIT_MS[unit] && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]} ${unit}`;
  }
  return `${ms} ms`;
}
