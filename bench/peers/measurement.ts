/** One repetition of a workload on one file system. */
export type Measurement = {
  readonly workload: string;
  readonly system: string;
  readonly repetition: number;
  /** Load average of the last minute, before it. */
  readonly load: number;
  readonly figures: Readonly<Record<string, number>>;
};

/** @returns Of a figure, by file system, the median of all repetitions; those that never had it are left out. */
export function medians(all: readonly Measurement[], workload: string, figure: string): ReadonlyMap<string, number> {
  const bySystem = new Map<string, number[]>();
  for (const { system, figures, ...of } of all) {
    const value = figures[figure];
    if (of.workload !== workload || value === undefined) continue;
    bySystem.set(system, [...(bySystem.get(system) ?? []), value]);
  }
  return new Map([...bySystem].map(([system, values]) => [system, median(values)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
