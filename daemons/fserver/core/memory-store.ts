import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../core/attributes.ts";
import {
  clientId,
  fileName,
  oid,
  ROOT_OID,
  sequence,
  version,
  type ClientId,
  type FileName,
  type Oid,
  type Sequence,
} from "../../core/brand.ts";
import { errnoNumber, type ErrnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { TIME_ZERO, type Time } from "../../core/time.ts";
import { SET, type Change, type MessageOfKind } from "../../wire/messages.ts";
import type { Applied, Entry, Listing, Outcome, Space, Store } from "./store.ts";

type Node = {
  readonly oid: Oid;
  version: number;
  mode: number;
  uid: number;
  gid: number;
  readonly rdev: number;
  nlink: number;
  atime: Time;
  mtime: Time;
  ctime: Time;
  readonly btime: Time;
  /** Of a regular file. */
  data: Buffer;
  readonly target: FileName;
  /** Of a directory. */
  readonly names: Map<FileName, Oid>;
  readonly xattrs: Map<FileName, Uint8Array>;
};

const SIZE_MAX = 16 * 1_048_576;
const OUTCOMES_KEPT = 1_024;
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

class Refusal extends Error {
  readonly errno: ErrnoName;
  constructor(errno: ErrnoName) {
    super(errno);
    this.errno = errno;
  }
}

/**
 * A member's tree in memory, for the simulation: the same changes, the same exactly-once, no permissions and no disk.
 * {@link MemoryStore.restart} is what a crash and a start leave of it: what was applied.
 */
export class MemoryStore implements Store {
  readonly storeId = new Uint8Array(16);
  run = 0;
  readonly #nodes = new Map<Oid, Node>();
  readonly #orphans = new Set<Oid>();
  readonly #positions = new Map<ClientId, Sequence>();
  readonly #outcomes = new Map<ClientId, Map<Sequence, Outcome>>();
  #nextClient = 1;
  #nextOid = 2;

  constructor() {
    const root = newNode(ROOT_OID, S_IFDIR | 0o755, TIME_ZERO, 2);
    root.version = 1;
    this.#nodes.set(ROOT_OID, root);
  }

  restart(): void {
    this.run += 1;
  }

  drawClientId(): ClientId {
    this.#nextClient += 1;
    return clientId(this.#nextClient - 1);
  }

  drawOids(count: number): { readonly from: Oid; readonly to: Oid } {
    const from = this.#nextOid;
    this.#nextOid += count;
    return { from: oid(from), to: oid(this.#nextOid) };
  }

  register(client: ClientId): void {
    if (!this.#positions.has(client)) this.#positions.set(client, sequence(0));
  }

  end(client: ClientId): void {
    this.#positions.delete(client);
    this.#outcomes.delete(client);
  }

  position(client: ClientId): Sequence | undefined {
    return this.#positions.get(client);
  }

  sessions(): readonly ClientId[] {
    return [...this.#positions.keys()];
  }

  count(): number {
    return this.#nodes.size;
  }

  orphans(): readonly Oid[] {
    return [...this.#orphans];
  }

  /** The whole tree as text, in an order of its own: equal texts are equal trees. */
  dump(): string {
    const lines: string[] = [];
    const walk = (node: Node, path: string): void => {
      const { mode, uid, gid, nlink, mtime, ctime } = node;
      const times = `${mtime.sec}.${mtime.nsec} ${ctime.sec}.${ctime.nsec}`;
      lines.push(
        `${path} ${node.oid} v${node.version} ${mode.toString(8)} ${uid}:${gid} ${nlink} ${times} ${node.target} ${node.data.toString("latin1")}`,
      );
      for (const [name, value] of [...node.xattrs].sort(byName))
        lines.push(`${path} ${name}=${Buffer.from(value).toString("hex")}`);
      for (const [name, child] of [...node.names].sort(byName)) walk(this.#node(child), `${path}/${name}`);
    };
    walk(this.#node(ROOT_OID), "");
    for (const orphan of [...this.#orphans].sort((a, b) => a - b)) walk(this.#node(orphan), `orphan ${orphan}`);
    return lines.join("\n");
  }

  #node(of: Oid): Node {
    const node = this.#nodes.get(of);
    if (node === undefined) throw new Refusal("ESTALE");
    return node;
  }

  #directory(of: Oid): Node {
    const node = this.#node(of);
    if ((node.mode & S_IFMT) !== S_IFDIR) throw new Refusal("ENOTDIR");
    return node;
  }

  #named(parent: Oid, name: FileName): Node {
    const found = this.#directory(parent).names.get(name);
    if (found === undefined) throw new Refusal("ENOENT");
    return this.#node(found);
  }

  #file(of: Oid): Node {
    const node = this.#node(of);
    if ((node.mode & S_IFMT) !== S_IFREG) throw new Refusal("EINVAL");
    return node;
  }

  #try<T>(read: () => T): Result<T> {
    try {
      return ok(read());
    } catch (error) {
      if (error instanceof Refusal) return fail(error.errno);
      throw error;
    }
  }

  // --- reads

  lookup(parent: Oid, name: FileName): Result<Attributes> {
    return this.#try(() => attributesOf(this.#named(parent, name)));
  }

  attributes(of: Oid): Result<Attributes> {
    return this.#try(() => attributesOf(this.#node(of)));
  }

  readLink(of: Oid): Result<FileName> {
    return this.#try(() => this.#node(of).target);
  }

  list(of: Oid, cookie: number, bytesMax: number): Result<Listing> {
    return this.#try(() => {
      const all = [...this.#directory(of).names].sort(byName);
      const entries: Entry[] = [];
      for (let place = cookie; place < all.length && entries.length * 200 < Math.max(bytesMax, 1); place += 1) {
        const [name, child] = all[place] as (typeof all)[number];
        entries.push({ name, attributes: attributesOf(this.#node(child)) });
      }
      return { entries, cookie: cookie + entries.length, end: cookie + entries.length >= all.length };
    });
  }

  read(of: Oid, offset: number, length: number, into: Buffer): Result<number> {
    return this.#try(() => this.#file(of).data.copy(into, 0, offset, offset + length));
  }

  seek(of: Oid, offset: number, whence: number): Result<number> {
    return this.#try(() => {
      const { length } = this.#file(of).data;
      if (offset >= length) throw new Refusal("ENXIO");
      return whence === 3 ? offset : length;
    });
  }

  getXattr(of: Oid, name: FileName): Result<Uint8Array> {
    return this.#try(() => {
      const value = this.#node(of).xattrs.get(name);
      if (value === undefined) throw new Refusal("ENODATA");
      return value;
    });
  }

  listXattr(of: Oid): Result<Uint8Array> {
    return this.#try(() =>
      Buffer.from([...this.#node(of).xattrs.keys()].map((name) => `${name}\0`).join(""), "latin1"),
    );
  }

  space(): Result<Space> {
    const blocks = 1 << 30;
    return ok({
      blockSize: 4_096,
      blocks,
      blocksFree: blocks,
      blocksAvailable: blocks,
      files: blocks,
      filesFree: blocks,
      nameMax: 255,
    });
  }

  reserve(): Result<void> {
    return ok(undefined);
  }

  sync(_oid: Oid, _dataOnly: boolean, done: (result: Result<void>) => void): void {
    done(ok(undefined));
  }

  checkpoint(): void {}

  close(): void {}

  // --- changes

  apply(client: ClientId, change: Change): Applied {
    const applied = this.#positions.get(client);
    if (applied === undefined) return { kind: "unknown-client" };
    const { seq, time, touches } = change.origin;
    if (seq <= applied)
      return { kind: "repeated", outcome: this.#outcomes.get(client)?.get(seq) ?? { errno: 0, count: 0 } };
    if (seq !== applied + 1) return { kind: "gap", applied };
    for (const touch of touches) {
      const have = this.#nodes.get(touch.oid)?.version ?? 0;
      if (have !== touch.version - 1)
        return { kind: "version", oid: touch.oid, have: version(have), want: touch.version };
    }
    const outcome = this.#outcomeOf(change, time);
    if (outcome.errno === 0) this.#stamp(change);
    this.#positions.set(client, seq);
    this.#keep(client, seq, outcome);
    return {
      kind: "applied",
      outcome:
        outcome.attributes === undefined
          ? outcome
          : { ...outcome, attributes: attributesOf(this.#node(outcome.attributes.oid)) },
    };
  }

  #keep(client: ClientId, seq: Sequence, outcome: Outcome): void {
    const kept = this.#outcomes.get(client) ?? new Map<Sequence, Outcome>();
    this.#outcomes.set(client, kept);
    kept.set(seq, outcome);
    if (kept.size > OUTCOMES_KEPT) kept.delete(sequence(seq - OUTCOMES_KEPT));
  }

  #outcomeOf(change: Change, time: Time): Outcome {
    try {
      const node = this.#change(change, time);
      return typeof node === "number"
        ? { errno: 0, count: node }
        : node === undefined
          ? { errno: 0, count: 0 }
          : { errno: 0, count: 0, attributes: attributesOf(node) };
    } catch (error) {
      if (error instanceof Refusal) return { errno: errnoNumber(error.errno), count: 0 };
      throw error;
    }
  }

  #stamp({ origin }: Change): void {
    for (const touch of origin.touches) {
      const node = this.#nodes.get(touch.oid);
      if (node === undefined) continue;
      node.version = touch.version;
      node.ctime = origin.time;
    }
  }

  /** @returns The object whose attributes are told, bytes copied, or nothing. Checks come before the first change. */
  #change(change: Change, time: Time): Node | number | undefined {
    switch (change.kind) {
      case "create":
        return this.#create(change, time);
      case "link":
        return this.#link(change, time);
      case "remove":
        return this.#remove(change, time);
      case "rename":
        return this.#rename(change, time);
      case "write":
        this.#resize(
          this.#file(change.oid),
          Math.max(this.#file(change.oid).data.length, change.offset + change.data.length),
        );
        this.#file(change.oid).data.set(change.data, change.offset);
        this.#file(change.oid).mtime = time;
        return undefined;
      case "setAttributes":
        return this.#setAttributes(change, time);
      case "setXattr":
        this.#node(change.oid).xattrs.set(change.name, Uint8Array.from(change.value));
        return undefined;
      case "removeXattr":
        if (!this.#node(change.oid).xattrs.delete(change.name)) throw new Refusal("ENODATA");
        return undefined;
      case "allocate":
        if ((change.mode & 1) === 0)
          this.#resize(
            this.#file(change.oid),
            Math.max(this.#file(change.oid).data.length, change.offset + change.length),
          );
        if ((change.mode & 18) !== 0) this.#file(change.oid).data.fill(0, change.offset, change.offset + change.length);
        return undefined;
      case "copyRange": {
        const bytes = Buffer.from(
          this.#file(change.from).data.subarray(change.fromOffset, change.fromOffset + change.length),
        );
        const to = this.#file(change.to);
        this.#resize(to, Math.max(to.data.length, change.toOffset + bytes.length));
        to.data.set(bytes, change.toOffset);
        to.mtime = time;
        return bytes.length;
      }
      case "purge":
        if (this.#orphans.delete(change.oid)) this.#nodes.delete(change.oid);
        return undefined;
    }
  }

  #resize(node: Node, size: number): void {
    if (size > SIZE_MAX) throw new Refusal("EFBIG");
    if (size === node.data.length) return;
    const data = Buffer.alloc(size);
    node.data.copy(data);
    node.data = data;
  }

  #create(change: MessageOfKind<"create">, time: Time): Node {
    const unnamed = change.name === "";
    const parent = this.#directory(change.parent);
    if (!unnamed && parent.names.has(change.name)) throw new Refusal("EEXIST");
    const type = change.mode & S_IFMT;
    const mode = type | (change.mode & ~change.umask & 0o7777);
    const directory = type === S_IFDIR;
    const node = newNode(change.oid, mode, time, unnamed ? 0 : 1, change.target, change.rdev);
    node.uid = change.origin.caller.uid;
    node.gid = change.origin.caller.gid;
    if (directory) {
      node.nlink = 2;
      parent.nlink += 1;
    }
    this.#nodes.set(change.oid, node);
    if (unnamed) this.#orphans.add(change.oid);
    else this.#setName(parent, change.name, change.oid, time);
    return node;
  }

  #setName(parent: Node, name: FileName, child: Oid, time: Time): void {
    parent.names.set(name, child);
    parent.mtime = time;
  }

  #link(change: MessageOfKind<"link">, time: Time): Node {
    const node = this.#node(change.oid);
    const parent = this.#directory(change.parent);
    if ((node.mode & S_IFMT) === S_IFDIR) throw new Refusal("EPERM");
    if (parent.names.has(change.name)) throw new Refusal("EEXIST");
    if (node.nlink === 0 && !this.#orphans.has(node.oid)) throw new Refusal("ENOENT");
    this.#orphans.delete(node.oid);
    node.nlink += 1;
    this.#setName(parent, change.name, change.oid, time);
    return node;
  }

  #remove(change: MessageOfKind<"remove">, time: Time): undefined {
    const node = this.#named(change.parent, change.name);
    const isDirectory = (node.mode & S_IFMT) === S_IFDIR;
    if (node.oid !== change.oid) throw new Refusal("ESTALE");
    if (change.directory === 1 && !isDirectory) throw new Refusal("ENOTDIR");
    if (change.directory === 0 && isDirectory) throw new Refusal("EISDIR");
    if (node.names.size > 0) throw new Refusal("ENOTEMPTY");
    const parent = this.#directory(change.parent);
    parent.names.delete(change.name);
    parent.mtime = time;
    this.#unlinked(node, parent, change.keep === 1);
    return undefined;
  }

  #unlinked(node: Node, parent: Node, keep: boolean): void {
    if ((node.mode & S_IFMT) === S_IFDIR) {
      parent.nlink -= 1;
      node.nlink = 0;
    } else {
      node.nlink -= 1;
    }
    if (node.nlink > 0) return;
    if (keep) this.#orphans.add(node.oid);
    else this.#nodes.delete(node.oid);
  }

  #rename(change: MessageOfKind<"rename">, time: Time): undefined {
    const from = this.#directory(change.fromParent);
    const to = this.#directory(change.toParent);
    const node = this.#named(change.fromParent, change.fromName);
    const thereOid = to.names.get(change.toName);
    if (node.oid !== change.oid || (thereOid ?? 0) !== change.replaced) throw new Refusal("ESTALE");
    const there = thereOid === undefined ? undefined : this.#node(thereOid);
    if (there !== undefined && (change.flags & RENAME_NOREPLACE) !== 0) throw new Refusal("EEXIST");
    if (this.#below(node, to)) throw new Refusal("EINVAL");
    if ((change.flags & RENAME_EXCHANGE) !== 0) return this.#exchange(change, from, to, node, there, time);
    if (there === node) return undefined;
    if (there !== undefined) this.#checkReplace(node, there);
    from.names.delete(change.fromName);
    if (there !== undefined) this.#unlinked(there, to, change.keep === 1);
    if (isDirectory(node)) {
      from.nlink -= 1;
      to.nlink += 1;
    }
    from.mtime = time;
    this.#setName(to, change.toName, node.oid, time);
    return undefined;
  }

  #exchange(
    change: MessageOfKind<"rename">,
    from: Node,
    to: Node,
    node: Node,
    there: Node | undefined,
    time: Time,
  ): undefined {
    if (there === undefined) throw new Refusal("ENOENT");
    if (this.#below(there, from)) throw new Refusal("EINVAL");
    const difference = (isDirectory(there) ? 1 : 0) - (isDirectory(node) ? 1 : 0);
    from.nlink += difference;
    to.nlink -= difference;
    this.#setName(from, change.fromName, there.oid, time);
    this.#setName(to, change.toName, node.oid, time);
    return undefined;
  }

  #checkReplace(node: Node, there: Node): void {
    if (isDirectory(node) && !isDirectory(there)) throw new Refusal("ENOTDIR");
    if (!isDirectory(node) && isDirectory(there)) throw new Refusal("EISDIR");
    if (there.names.size > 0) throw new Refusal("ENOTEMPTY");
  }

  /** Whether `directory` is `node` or below it. */
  #below(node: Node, directory: Node): boolean {
    if (node === directory) return true;
    for (const child of node.names.values()) if (this.#below(this.#node(child), directory)) return true;
    return false;
  }

  #setAttributes(change: MessageOfKind<"setAttributes">, time: Time): Node {
    const node = this.#node(change.oid);
    const has = (bit: number): boolean => (change.set & bit) !== 0;
    if (has(SET.size)) {
      this.#resize(this.#file(change.oid), change.size);
      node.mtime = time;
    }
    if (has(SET.mode)) node.mode = (node.mode & S_IFMT) | (change.mode & 0o7777);
    if (has(SET.uid)) node.uid = change.uid;
    if (has(SET.gid)) node.gid = change.gid;
    if (has(SET.atime)) node.atime = change.atime;
    if (has(SET.mtime)) node.mtime = change.mtime;
    return node;
  }
}

const isDirectory = (node: Node): boolean => (node.mode & S_IFMT) === S_IFDIR;
const byName = ([a]: readonly [FileName, unknown], [b]: readonly [FileName, unknown]): number => (a < b ? -1 : 1);

function newNode(of: Oid, mode: number, time: Time, nlink: number, target: FileName = fileName(""), rdev = 0): Node {
  return {
    oid: of,
    version: 0,
    mode,
    uid: 0,
    gid: 0,
    rdev,
    nlink,
    atime: time,
    mtime: time,
    ctime: time,
    btime: time,
    data: Buffer.alloc(0),
    target,
    names: new Map(),
    xattrs: new Map(),
  };
}

function attributesOf(node: Node): Attributes {
  const { oid: of, mode, nlink, uid, gid, rdev, atime, mtime, ctime, btime } = node;
  const size = (mode & S_IFMT) === S_IFLNK ? node.target.length : node.data.length;
  return {
    oid: of,
    version: version(node.version),
    mode,
    nlink,
    uid,
    gid,
    rdev,
    size,
    blocks: Math.ceil(size / 512),
    blockSize: 4_096,
    atime,
    mtime,
    ctime,
    btime,
  };
}
