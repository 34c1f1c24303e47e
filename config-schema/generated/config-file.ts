// Made by scripts/make-validator.ts from pohmelfs.schema.json. Do not edit.

/**
 * What servers and members have where they do not say otherwise.
 */
export type Defaults = {
  /**
   * TCP port of servers that name none.
   */
  port?: number;
  /**
   * Priority of members that name none.
   */
  priority?: number;
  /**
   * Permissions of members that name none.
   */
  permissions?: "read-write" | "read-only" | "write-only";
  /**
   * Threads of each server for work that waits for the disk.
   */
  workers?: number;
} | null;
export type Address = string;
/**
 * As `hostname` prints it on that host.
 */
export type HostName = string;
/**
 * Limits of the systemd service that runs it, systemd.resource-control(5). What is not named has no limit of pohmelfs.
 */
export type Unit = {
  /**
   * `MemoryMax=`: with more than this the process is killed, and started again. A number with KiB, MiB, GiB or TiB; 192 MiB to 64 TiB. The cache of the kernel for files that it reads and writes counts too, but gives way first. Without it: no limit.
   */
  "memory-max"?: Size;
  /**
   * `CPUWeight=`: its share of processor time when others want it too; others have 100. Without it: 100.
   */
  "cpu-weight"?: number;
  /**
   * `IOWeight=`: its share of the disks when others want them too; others have 100. Without it: 100.
   */
  "io-weight"?: number;
  /**
   * `TasksMax=`: how many threads it may have. A server needs 32 and its `defaults.workers`. Without it: what systemd gives each service.
   */
  "tasks-max"?: number;
  /**
   * `Nice=`: the higher, the more others go before it. Without it: 0.
   */
  nice?: number;
} | null;
export type Size = string;
export type Directory = string;
/**
 * May be empty.
 */
export type Member = {
  /**
   * The reachable member with the highest priority is read; equal priorities share the reads. The `read-write` member with the highest priority (the first in the file among equals) leads the group. Without it: `defaults.priority`.
   */
  priority?: number;
  /**
   * `read-write`: gets every write, and is read. `write-only`: gets every write, and is never read by clients (an off-site copy). `read-only`: a follower, which gets no write from clients but is fed by the servers; this version does not feed it yet, and so does not read it. Without it: `defaults.permissions`.
   */
  permissions?: "read-write" | "read-only" | "write-only";
  /**
   * Directory on this member's host. Without it: the group's.
   */
  export?: Directory;
} | null;
export type GroupName = string;
/**
 * How long to wait for what. Each is a number of seconds, or a number with its unit: `500 ms`, `5 s`, `2 min`, `1 h`.
 */
export type Timeouts = {
  /**
   * Between two beats on an idle connection. 100 ms to 1500 ms.
   */
  beat?: Duration;
  /**
   * Silence after which a connection counts as broken. At least two beats, at most 3500 ms: leases end after 4 s without an answered beat.
   */
  suspect?: Duration;
  /**
   * How long a mount tries to reach its servers before it gives up. 100 ms to 10 min.
   */
  connect?: Duration;
  /**
   * How long a change waits for a member that is away before the application gets EIO. 1 s to 24 h.
   */
  "give-up"?: Duration;
} | null;
export type Duration = string | number;
/**
 * How much each mount keeps at hand. Sizes are numbers with KiB, MiB, GiB or TiB. A change is taken over by mounts that run.
 */
export type Cache = {
  /**
   * Most memory for what a mount's daemon remembers of names, attributes and data; the least recently used goes first. File data that programs read lies in the kernel's page cache, which is not counted. 16 MiB to 1 TiB. Without it: an eighth of the memory that the daemon may use (the machine's, or its unit's `memory-max`), at most 1 GiB.
   */
  memory?: Size;
  /**
   * Most bytes of changes that not all servers have yet. Who writes faster than they are sent is slowed down as the limit is neared. They are kept in a file in `/run` too, which is memory. 1 MiB to 4 GiB.
   */
  dirty?: Size;
  /**
   * Most bytes that are fetched ahead of a program that reads a file from front to back. It begins with less, and grows. 128 KiB to 256 MiB.
   */
  readahead?: Size;
} | null;
/**
 * What is logged, and where to.
 */
export type Log = {
  /**
   * The least weighty lines that are still written.
   */
  level?: "error" | "warning" | "notice" | "info" | "debug";
  /**
   * Where servers write their log. Without it: standard error, which is the journal under systemd.
   */
  file?: Directory;
} | null;

/**
 * Servers, the groups of directories they mirror, and where those groups are mounted. The same file lies on every host; each host does what concerns it.
 */
export interface ConfigFile {
  /**
   * A pohmelfs that does not know the version refuses the file.
   */
  version: 1;
  defaults?: Defaults;
  /**
   * One fserver each, by name. A server's host is its name unless `host:` says otherwise; several servers may share a host, with different ports and an `export` per member.
   */
  servers: {
    [k: string]: Server;
  };
  /**
   * Index groups, by name: sets of members that hold the same tree.
   */
  groups: {
    [k: string]: Group;
  };
  /**
   * Hosts that only mount, by host name. A server talks only to addresses that this file names, so each client needs an entry; hosts of servers need none.
   */
  clients?: {
    [k: string]: Client;
  } | null;
  /**
   * Which group is shown at which directory, on which hosts.
   */
  mounts?: Mount[] | null;
  timeouts?: Timeouts;
  cache?: Cache;
  log?: Log;
}
/**
 * Where one fserver listens.
 */
export interface Server {
  /**
   * IPv4 or IPv6 address at which the other hosts reach the server, and at which it listens. Not a host name: nothing is looked up at boot.
   */
  address: Address;
  /**
   * TCP port. Without it: `defaults.port`.
   */
  port?: number;
  /**
   * The machine it runs on, by its host name. Without it: the server's name.
   */
  host?: HostName;
  unit?: Unit;
}
/**
 * An index group: who holds the tree, and where.
 */
export interface Group {
  /**
   * The group's number, unique in the file: what `idx=` and `cfg -i` take.
   */
  index: number;
  /**
   * Directory that holds the group's tree on the hosts of its members. A member may name its own.
   */
  export?: Directory;
  /**
   * The servers that hold the tree, by server name.
   */
  members: {
    [k: string]: Member;
  };
  /**
   * Servers that hold no data of the group and only vote on who leads it. This version has no votes yet: a witness runs, and `pohmelfs status` shows whether it can be reached.
   */
  witnesses?: HostName[];
}
/**
 * A host that only mounts.
 */
export interface Client {
  /**
   * IPv4 or IPv6 address from which the host connects.
   */
  address: Address;
}
/**
 * One group at one directory, on some hosts.
 */
export interface Mount {
  /**
   * Name of the group to show.
   */
  group: GroupName;
  /**
   * Where the group is shown. It must not lie inside an export of the same host, nor hold one.
   */
  at: Directory;
  /**
   * Host names of servers or clients.
   *
   * @minItems 1
   */
  on: HostName[];
  /**
   * Options as after `mount -o`, one an item.
   */
  options?: string[];
  /**
   * Mounted by systemd when someone first looks there, and not at boot. The same as the option `x-systemd.automount`; when it is unmounted again is said by the option `x-systemd.idle-timeout=TIME`.
   */
  automount?: boolean;
  /**
   * Closing a file that was written waits until every server has it on its disk, and tells what went wrong, as if the program had called fsync(2). The option `sync-on-close` says the same.
   */
  "sync-on-close"?: boolean;
  /**
   * What this mount has differently from the section `cache`. The options `cache.memory=`, `cache.dirty=` and `cache.readahead=` go before both.
   */
  cache?: {
    /**
     * As `cache.memory`. Without it: that.
     */
    memory?: Size;
    /**
     * As `cache.dirty`. Without it: that.
     */
    dirty?: Size;
    /**
     * As `cache.readahead`. Without it: that.
     */
    readahead?: Size;
  } | null;
  unit?: Unit;
}
