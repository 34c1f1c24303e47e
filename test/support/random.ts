/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** @returns A whole number, 0 ≤ n < below. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  fill(bytes: Uint8Array): Uint8Array;
};

/** mulberry32, public domain, by Tommy Ettinger: 32 bits of state, enough for tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    pick: (from) => {
      const chosen = from[below(from.length)];
      if (chosen === undefined) throw new Error("nothing to pick from");
      return chosen;
    },
    fill: (bytes) => {
      for (let at = 0; at < bytes.length; at++) bytes[at] = next() & 0xff;
      return bytes;
    },
  };
}
