/** How much of a group a mount keeps at hand. From `cache:` of the configuration, or the options of the same names. */
export type CacheLimits = {
  /** Most bytes that what is known of objects, and data read ahead, may take in the mount's daemon. */
  readonly memoryBytes: number;
  /** Most bytes of changes that are not on all members yet: a writer is slowed down as it is neared. */
  readonly dirtyBytes: number;
  /** Most bytes that are read ahead of one who reads a file from front to back. */
  readonly readaheadBytes: number;
};

/** The defaults, with a memory that fits any machine: for clients without a configuration. */
export const CACHE_LIMITS: CacheLimits = {
  memoryBytes: 64 * 1024 ** 2,
  dirtyBytes: 64 * 1024 ** 2,
  readaheadBytes: 4 * 1024 ** 2,
};
