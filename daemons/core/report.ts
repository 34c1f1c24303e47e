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
};
