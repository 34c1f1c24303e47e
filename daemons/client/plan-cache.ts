import { totalmem } from "node:os";
import { CACHE_SIZES } from "../../config-schema/cache.ts";
import { DEFAULTS } from "../../config-schema/defaults.ts";
import type { CacheSizes, Model } from "../../config-schema/model.ts";
import type { CacheLimits } from "./core/cache-limits.ts";

const [{ minBytes: LEAST_MEMORY }] = CACHE_SIZES;

/**
 * How much a mount keeps at hand.
 *
 * @param own What the file says of this mount alone.
 * @param given What the options of `mount -o` say: it goes before the file.
 */
export function planCache({ cache }: Model, own: CacheSizes | undefined, given: CacheSizes): CacheLimits {
  return { memoryBytes: shareOf(memoryBytes()), ...cache, ...own, ...given };
}

/** What a mount takes where nobody says how much. */
export function shareOf(bytes: number): number {
  const { share, mostBytes } = DEFAULTS.cacheMemory;
  return Math.max(LEAST_MEMORY, Math.min(mostBytes, Math.floor(bytes * share)));
}

/** What this process may use: the machine's memory, or less by the limit of its control group. */
function memoryBytes(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
