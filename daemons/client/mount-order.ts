import type { CacheSizes } from "../../config-schema/model.ts";

/**
 * What `mount.pohmelfs` tells the mount daemon, as JSON on its standard input. The daemon answers with one line on
 * descriptor 3: `ready`, or `failed CODE LINE` with an exit code of mount(8) and one line for people.
 */
export type MountOrder = {
  /** The configuration: absolute path. */
  readonly config: string;
  /** Name of the group. */
  readonly group: string;
  /** Where to mount: absolute, without symbolic links. */
  readonly at: string;
  /** The first column of the table of mounts, as the user wrote it: the group's name, or `none`. */
  readonly source: string;
  readonly options: MountOptions;
  /** The words of `-o` as given, for who asks later whether the file says something else by now. */
  readonly given: readonly string[];
  /** The daemon is a child of the terminal: it logs to stderr and ends with SIGINT. */
  readonly foreground: boolean;
  /** Where to log; absent: stderr. Absolute path. */
  readonly logFile?: string;
};

export type MountOptions = {
  /**
   * Options of the kernel's VFS for mount(8) or mount(2), each named once: one of `ro` `rw`, then any of `nodev`
   * `nosuid` `noexec` `noatime` `strictatime` `nodiratime` `nosymfollow`; and `_netdev`, for mount(8) only.
   */
  readonly words: readonly string[];
  readonly transport: "kernel" | "fuse-native";
  /** Offer extended attributes and ACLs. */
  readonly xattr: boolean;
  /** Locks of fcntl(2) and flock(2) reach across clients; else they are this host's own. */
  readonly lock: boolean;
  /** Closing a file that was written is as good as fsync(2), or is not; undefined: as the configuration says. */
  readonly syncOnClose: boolean | undefined;
  /** Goes before what the configuration says. */
  readonly cache: CacheSizes;
  /** Log every request. */
  readonly debug: boolean;
  /** mount(8) -n: do not write to utab. */
  readonly noTable: boolean;
};
