/**
 * The configuration after loading: complete (defaults filled in), checked, immutable. What the rest of pohmelfs sees of
 * `/etc/pohmelfs.yaml`; nothing past the loader checks it again.
 */

/** read-only 1, write-only 2, read-write 3: the original's numbers. */
export type Permissions = "read-only" | "write-only" | "read-write";
export const PERMISSION_NUMBER: Readonly<Record<Permissions, 1 | 2 | 3>> = {
  "read-only": 1,
  "write-only": 2,
  "read-write": 3,
};

/** What the service of a server or a mount may take, systemd.resource-control(5). What is missing has no limit of ours. */
export type UnitLimits = {
  readonly memoryMaxBytes?: number;
  /** 1 to 10000; others have 100. */
  readonly cpuWeight?: number;
  /** 1 to 10000; others have 100. */
  readonly ioWeight?: number;
  readonly tasksMax?: number;
  /** -20 to 19. */
  readonly nice?: number;
};

export type Server = {
  readonly name: string;
  /** The machine it runs on: a host name. */
  readonly host: string;
  /** IPv4 or IPv6 address as written, without brackets. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
  readonly unit?: UnitLimits;
};

export type Member = {
  readonly server: Server;
  /** Directory on the server's host: absolute, normalised. */
  readonly export: string;
  /** 0 to 65535; higher is read first. */
  readonly priority: number;
  readonly permissions: Permissions;
};

export type Group = {
  readonly name: string;
  /** 0 to 4294967294, unique. */
  readonly index: number;
  /** In the order of the file. */
  readonly members: readonly Member[];
  /** Names of servers that hold no data, and will vote when there are votes. */
  readonly witnesses: readonly string[];
};

/** What is said of how much a mount keeps at hand. What is missing is as elsewhere, or as the defaults have it. */
export type CacheSizes = {
  /** Of what the daemon remembers. */
  readonly memoryBytes?: number;
  /** Of changes that not all members have yet. */
  readonly dirtyBytes?: number;
  /** Of what is fetched ahead of a reader. */
  readonly readaheadBytes?: number;
};

export type Mount = {
  readonly group: string;
  /** Absolute, normalised. */
  readonly at: string;
  /** Host names. */
  readonly on: readonly string[];
  /** Mount options as written, e.g. `noxattr`, `ro`. */
  readonly options: readonly string[];
  /** Mounted when it is used first; the option `x-systemd.automount` says the same. */
  readonly automount: boolean;
  /** Closing a file that was written is as good as fsync(2); the option `sync-on-close` says the same. */
  readonly syncOnClose: boolean;
  /** What of {@link Model.cache} is otherwise here. */
  readonly cache?: CacheSizes;
  readonly unit?: UnitLimits;
};

export type LogLevel = "error" | "warning" | "notice" | "info" | "debug";

export type Timeouts = {
  /** Between two beats. */
  readonly beatMs: number;
  /** Silence after which a connection counts as broken. */
  readonly suspectMs: number;
  /** How long a mount tries to reach its servers before it gives up. */
  readonly connectMs: number;
  /** How long a change waits for a member that is away before the application gets EIO. */
  readonly giveUpMs: number;
};

export type Model = {
  /** The file that was loaded, for messages. */
  readonly path: string;
  /** SHA-256 of the file, or of the SHA-256s of it and its drop-ins: equal on hosts that have the same. */
  readonly hash: Uint8Array;
  readonly servers: readonly Server[];
  readonly groups: readonly Group[];
  /** Hosts that only mount. */
  readonly clients: readonly { readonly name: string; readonly address: string }[];
  readonly mounts: readonly Mount[];
  readonly timeouts: Timeouts;
  /** Of every mount. Without `memoryBytes` a mount takes a share of what memory there is. */
  readonly cache: CacheSizes & Required<Pick<CacheSizes, "dirtyBytes" | "readaheadBytes">>;
  readonly log: { readonly level: LogLevel; readonly file?: string };
  /** Threads of a server for work that waits for the disk. */
  readonly workers: number;
};
