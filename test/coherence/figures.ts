/** @returns The value below which the given share (0.99) of the values lie. `values` is not empty. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Milliseconds, for people. */
export const spread = (values: readonly number[]): string =>
  `median ${ms(percentile(values, 0.5))}, p99 ${ms(percentile(values, 0.99))}, longest ${ms(Math.max(...values))}`;
