/** How an apply ended; `kept` is the copy of a file that was replaced and had not been applied. */
export const OUTCOMES = [
  "pending",
  "trying",
  "applied",
  "partly",
  "failed",
  "timed out",
  "reverted",
  "interrupted",
  "kept",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is written of one generation beside its files. */
export type GenerationRecord = {
  readonly version: 1;
  readonly number: number;
  /** When it was recorded, ISO 8601. */
  readonly time: string;
  readonly outcome: Outcome;
  /** Why there was an apply: `apply`, `rollback to 3`. */
  readonly because: string;
  /** What was done, or was to be done, a few words each: `restarted pohmelfs-server@one.service`. */
  readonly changes: readonly string[];
  /** What went wrong, one line each. */
  readonly failures: readonly string[];
};

/** A generation together with whether its file is the one in force. */
export type Generation = GenerationRecord & { readonly current: boolean };

/** How many are kept; the one in force stays in any case. */
export const GENERATIONS_MAX = 20;

/** @returns The generation to go back to: of those before the current one the last that was applied wholly. */
export function previousGood(generations: readonly Generation[]): Generation | undefined {
  const current = generations.find((one) => one.current)?.number ?? Number.POSITIVE_INFINITY;
  return generations.findLast(({ number, outcome }) => number < current && outcome === "applied");
}

/** @returns Numbers of those that go when there are too many. */
export function tooOld(generations: readonly Generation[], max = GENERATIONS_MAX): number[] {
  const good = previousGood(generations)?.number;
  const old = generations.slice(0, Math.max(0, generations.length - max));
  return old.filter(({ current, number }) => !current && number !== good).map(({ number }) => number);
}
