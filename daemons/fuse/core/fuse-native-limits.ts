/** What the transport fuse-native cannot do: to be told at each mount. */
export const FUSE_NATIVE_LIMITS: readonly string[] = [
  "only the user who mounted may enter, and all is done in that user's name",
  "times are kept to the millisecond, and setting them sets both to the access time",
  "locks are this host's own; renames know no flags; space cannot be reserved",
  "names must be UTF-8",
  "nothing is cached by the kernel: each path is looked up anew",
];
