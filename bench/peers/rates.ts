import type { Generated } from "./generator.ts";

/**
 * @param counts Figure → how much of it was done in the seconds that were measured under its name.
 * @returns The same with what was done a second in place of seconds.
 */
export function rates(found: Generated, counts: Readonly<Record<string, number>>): Generated {
  const all = new Map(found);
  for (const [name, count] of Object.entries(counts)) all.set(name, count / (found.get(name) ?? Number.NaN));
  return all;
}
