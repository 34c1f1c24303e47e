/** What a server and a mount say of themselves: the JSON of `description` and of a mount's control socket. */

export type SessionReport = {
  readonly client: number;
  readonly host: string;
  /** Where it is mounted, as the client says. */
  readonly at: string;
  readonly connected: boolean;
  /** Last sequence applied. */
  readonly applied: number;
};

export type MemberReport = {
  readonly index: number;
  readonly group: string;
  readonly export: string;
  /** 32 hex digits. */
  readonly storeId: string;
  readonly run: number;
  /** This member grants the group's leases. */
  readonly lead: boolean;
  readonly bytesFree: number;
  readonly bytesTotal: number;
  readonly objects: number;
  /** Leases and locks granted now; 0 where it is not the lead. */
  readonly leases: number;
  readonly locks: number;
  readonly changes: number;
  readonly reads: number;
  readonly sessions: readonly SessionReport[];
};

export type ServerReport = {
  readonly server: string;
  readonly software: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** Its clock when it answered, in ms since 1970: whoever asks sees whether clocks differ. Older servers do not tell. */
  readonly timeMs?: number;
  /** Hex of the configuration's SHA-256, or empty without a file. */
  readonly configHash: string;
  readonly members: readonly MemberReport[];
  /** Groups of which it holds no data, and will vote when there are votes. */
  readonly witnessOf: readonly { readonly index: number; readonly group: string }[];
};

export type MountMemberReport = {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly active: boolean;
  readonly priority: number;
  readonly permissions: 1 | 2 | 3;
  /** Why it is not active, or what is wrong with it; empty when all is well. */
  readonly because: string;
  readonly reads: number;
  readonly changes: number;
};

/** What of some changes is not on every writable member yet. */
export type SyncLeft = {
  readonly changes: number;
  /** Of what they write into files. */
  readonly bytes: number;
  /** Names of the servers that are waited for; empty while they write to their disks. */
  readonly members: readonly string[];
};

/** One line of a mount's answer to `sync`: how it goes; or, last, that all is durable, or why it cannot be. */
export type SyncLine = { readonly left: SyncLeft } | { readonly done: true } | { readonly failed: string };

/** A change that applications were told had been done, and that failed on the members. */
export type LateError = {
  readonly oid: number;
  /** Path below the mount, as far as it is known; empty when it is not. */
  readonly path: string;
  /** Name, such as `ENOSPC`. */
  readonly errno: string;
  /** What was to be done: the kind of the change. */
  readonly change: string;
  /** When it was heard of, in ms since 1970. */
  readonly timeMs: number;
};

/** What a mount keeps at hand, and what of that is not on its members yet. */
export type CacheReport = {
  /** Objects of which something is known, and the memory that takes. */
  readonly objects: number;
  readonly memoryBytes: number;
  readonly memoryBytesMax: number;
  readonly readLeases: number;
  readonly writeLeases: number;
  /** Changes that applications were told had been done, and that not all members have; what they write into files. */
  readonly dirtyChanges: number;
  readonly dirtyBytes: number;
  readonly dirtyBytesMax: number;
  /** Changes whose outcome was another than had been told: a bug. */
  readonly mispredicted: number;
  /** All since the mount, of which `lateErrors` has the newest, oldest first. */
  readonly lateErrorCount: number;
  readonly lateErrors: readonly LateError[];
  /** Files that hold changes which the members refused, since the client had been away for too long. */
  readonly rescueFiles: readonly string[];
};

export type MountReport = {
  readonly group: string;
  readonly index: number;
  readonly at: string;
  readonly pid: number;
  readonly software: string;
  readonly transport: "kernel" | "fuse-native";
  /** Requests of the kernel since the mount. */
  readonly requests: number;
  /** Changes that not every writable member has acknowledged. */
  readonly unsent: number;
  /** Empty when writes go on; else why they do not. */
  readonly stopped: string;
  readonly client: number;
  readonly members: readonly MountMemberReport[];
  /** Daemons of before have none. */
  readonly cache?: CacheReport;
};
