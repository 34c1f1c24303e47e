/** What the programs end with, but for `mount.pohmelfs`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** The configuration is invalid or cannot be read. */
  configuration: 3,
  /** There is no such server, group or mount. */
  nothingThere: 4,
  partly: 5,
  /** `status --exit-code`: something is not as configured. */
  unhealthy: 6,
  timedOut: 7,
} as const;

/** The same in words, for help and manuals. */
export const EXIT_TEXTS: readonly (readonly [code: number, when: string])[] = [
  [EXIT.ok, "it is done"],
  [EXIT.failed, "it failed; what and why is on standard error"],
  [EXIT.usage, "wrong call"],
  [EXIT.configuration, "the configuration is wrong or cannot be read"],
  [EXIT.nothingThere, "there is no such server, group or mount"],
  [EXIT.partly, "a part is done, and the rest failed"],
  [EXIT.unhealthy, "with --exit-code: something is not as configured"],
  [EXIT.timedOut, "it took too long"],
];

/** What `mount.pohmelfs` ends with: mount(8), "EXIT STATUS". */
export const MOUNT_EXIT = {
  ok: 0,
  /** Incorrect invocation or permissions. */
  usage: 1,
  /** System error: out of memory, cannot fork. */
  system: 2,
  /** Internal bug. */
  internal: 4,
  /** User interrupt. */
  interrupted: 8,
  /** Problems with the table of mounts. */
  table: 16,
  failed: 32,
} as const;
