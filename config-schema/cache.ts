import type { Draft } from "./draft.ts";
import type { CacheSizes } from "./model.ts";
import { sizeBytes } from "./size.ts";

type Written = Draft["cache"];

const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The sizes of a cache: the key in the file, the field in the model, what is allowed. The schema's texts tell the same. */
export const CACHE_SIZES = [
  // Below, a walk of a large folder would forget its beginning before its end.
  { key: "memory", field: "memoryBytes", minBytes: 16 * MIB, maxBytes: 1024 * GIB },
  // One write(2) of a mount is up to 1 MiB. What waits is kept in /run, which is memory: more belongs on a disk.
  { key: "dirty", field: "dirtyBytes", minBytes: MIB, maxBytes: 4 * GIB },
  // The kernel asks for 128 KiB at a time by itself.
  { key: "readahead", field: "readaheadBytes", minBytes: 128 * KIB, maxBytes: 256 * MIB },
] as const satisfies readonly {
  key: keyof NonNullable<Written>;
  field: keyof CacheSizes;
  minBytes: number;
  maxBytes: number;
}[];

/** One of {@link CACHE_SIZES}. */
export type CacheSize = (typeof CACHE_SIZES)[number];

/** What a `cache:` says, and nothing of what it does not; what it says wrongly counts as not said. */
export function cacheSizesOf(written: Written): CacheSizes {
  const said = CACHE_SIZES.flatMap(({ key, field }) => {
    const value = written?.[key];
    const bytes = value === undefined ? undefined : sizeBytes(value);
    return bytes === undefined ? [] : [[field, bytes] as const];
  });
  return Object.fromEntries(said);
}

/** @returns Whether a size may be what the file, or a mount's option, says. */
export const isAllowed = ({ minBytes, maxBytes }: CacheSize, bytes: number): boolean =>
  bytes >= minBytes && bytes <= maxBytes;
