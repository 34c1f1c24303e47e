import { S_IFLNK, type Attributes } from "../../core/attributes.ts";
import {
  type ClientId,
  clientId,
  type FileName,
  type Oid,
  oid as toOid,
  type Sequence,
  sequence,
} from "../../core/brand.ts";
import { type Caller, ROOT_CALLER } from "../../core/caller.ts";
import { assertNever, fail, ok, type Result } from "../../core/result.ts";
import { encodeFrame } from "../../wire/frame.ts";
import { type Change, FIRST_EPOCH, LIMIT } from "../../wire/messages.ts";
import { decodeChange } from "./change-frame.ts";
import { misfitOf } from "./fit.ts";
import { allocate, copyRange, setAttributes, write } from "./memory/apply-content.ts";
import { create, type Done, link, numberOf, purge, remove, rename } from "./memory/apply-names.ts";
import { mayUseXattr, removeXattr, setXattr } from "./memory/apply-xattr.ts";
import { dumpTree } from "./memory/dump.ts";
import { attributesOf, isDirectory, isFile, typeOf } from "./memory/inode.ts";
import { MAY, may } from "./memory/permission.ts";
import { MemoryTree } from "./memory/tree.ts";
import type { TellChange } from "./journal-past.ts";
import { checkName, isOwn } from "./names.ts";
import type { Standing } from "./positions.ts";
import type { Applied, Entry, Listing, Outcome, Space, Store } from "./store.ts";
import { maySeeXattr } from "./xattr-rights.ts";

export type MemoryStoreOptions = {
  /** 16 bytes; default zeros. */
  readonly storeId?: Uint8Array;
  /** Space in blocks of 4,096 bytes; an object without content takes one. Default: no limit. */
  readonly capacityBlocks?: number;
  /** Permission bits of the root; default 0777. */
  readonly rootMode?: number;
};

type Session = {
  position: number;
  readonly outcomes: Map<number, Outcome>;
  /** The last ones, as frames: what they view is used anew. */
  readonly changes: Map<number, Buffer>;
  isFenced: boolean;
};

const OUTCOMES = 1_024;
const ENTRY_BYTES = 108;

/**
 * A store in memory, for the simulation and as the twin of the one on disk: same rules, no system calls, no ACLs.
 * {@link MemoryStore.restart} is what a crash and a start leave of it: what was applied.
 */
export class MemoryStore implements Store {
  readonly storeId: Uint8Array;
  run = 0;
  readonly #tree: MemoryTree;
  readonly #sessions = new Map<ClientId, Session>();
  readonly #ended = new Set<ClientId>();
  #oids = 2;
  #clients = 1;

  constructor(options: MemoryStoreOptions = {}) {
    this.storeId = options.storeId ?? new Uint8Array(16);
    this.#tree = new MemoryTree(options.capacityBlocks, options.rootMode ?? 0o777);
  }

  restart(): void {
    this.run += 1;
  }

  /** The whole tree as text, in an order of its own: equal texts are equal trees. */
  dump(): string {
    return dumpTree(this.#tree);
  }

  drawClientId(): ClientId {
    this.#clients += 1;
    return clientId(this.#clients - 1);
  }

  drawOids(count: number): { readonly from: Oid; readonly to: Oid } {
    const from = this.#oids;
    this.#oids += count;
    return { from: toOid(from), to: toOid(this.#oids) };
  }

  register(client: ClientId): void {
    if (this.#sessions.has(client) || this.#ended.has(client)) return;
    this.#sessions.set(client, { position: 0, outcomes: new Map(), changes: new Map(), isFenced: false });
  }

  fence(client: ClientId): void {
    this.register(client);
    const session = this.#sessions.get(client);
    if (session !== undefined) session.isFenced = true;
  }

  end(client: ClientId): void {
    this.#sessions.delete(client);
    this.#ended.add(client);
  }

  standing(client: ClientId): Standing {
    const session = this.#sessions.get(client);
    if (session === undefined) return this.#ended.has(client) ? "ended" : "unknown";
    return session.isFenced ? "fenced" : "open";
  }

  recall(client: ClientId, tell: TellChange): void {
    for (const frame of this.#sessions.get(client)?.changes.values() ?? []) {
      const change = decodeChange(frame);
      if (change !== undefined) tell(change, change.kind === "write" ? change.data.length : 0);
    }
  }

  position(client: ClientId): Sequence | undefined {
    const session = this.#sessions.get(client);
    return session === undefined ? undefined : sequence(session.position);
  }

  /** Memory that is lost takes the member with it. */
  durable(client: ClientId): Sequence {
    return this.position(client) ?? sequence(0);
  }

  sessions(): readonly ClientId[] {
    return [...this.#sessions.keys()];
  }

  lookup(parent: Oid, name: FileName, caller: Caller = ROOT_CALLER): Result<Attributes> {
    const wrong = isOwn(parent, name) ? "ENOENT" : checkName(name);
    if (wrong !== undefined) return fail(wrong);
    const directory = this.#tree.directory(parent);
    if (!directory.ok) return directory;
    if (!may(directory.value, caller, MAY.search)) return fail("EACCES");
    const found = this.#tree.at(directory.value, name);
    return found.ok ? ok(attributesOf(found.value)) : found;
  }

  attributes(oid: Oid): Result<Attributes> {
    const inode = this.#tree.get(oid);
    return inode.ok ? ok(attributesOf(inode.value)) : inode;
  }

  isBare(oid: Oid): boolean {
    return this.#tree.inodes.get(oid)?.xattrs.size === 0;
  }

  readLink(oid: Oid): Result<FileName> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    return typeOf(inode.value) === S_IFLNK ? ok(inode.value.target) : fail("EINVAL");
  }

  list(oid: Oid, cookie: number, bytesMax: number): Result<Listing> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    if (!isDirectory(inode.value)) return fail("ENOTDIR");
    const entries: Entry[] = [];
    let bytes = 0;
    let last = cookie;
    for (const [name, { oid: child, place }] of inode.value.names) {
      if (place <= cookie) continue;
      const attributes = this.attributes(child);
      if (!attributes.ok) continue;
      const size = ENTRY_BYTES + name.length;
      if (entries.length > 0 && (bytes + size > bytesMax || entries.length >= LIMIT.entries))
        return ok({ entries, cookie: last, end: false });
      entries.push({ name, attributes: attributes.value });
      bytes += size;
      last = place;
    }
    return ok({ entries, cookie: last, end: true });
  }

  read(oid: Oid, offset: number, length: number, into: Uint8Array): Result<number> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    if (!isFile(inode.value)) return fail(isDirectory(inode.value) ? "EISDIR" : "EINVAL");
    return ok(inode.value.data.read(offset, length, into));
  }

  seek(oid: Oid, offset: number, whence: number): Result<number> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    if (!isFile(inode.value) || (whence !== 3 && whence !== 4)) return fail("EINVAL");
    const found = inode.value.data.seek(offset, whence === 3);
    return found === undefined ? fail("ENXIO") : ok(found);
  }

  getXattr(oid: Oid, name: FileName, caller: Caller): Result<Uint8Array> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    if (!maySeeXattr(name, caller)) return fail("ENODATA");
    const refused = mayUseXattr(inode.value, name, caller, MAY.read);
    if (refused !== undefined) return fail(refused);
    const value = inode.value.xattrs.get(name);
    return value === undefined ? fail("ENODATA") : ok(new Uint8Array(value));
  }

  listXattr(oid: Oid, caller: Caller): Result<Uint8Array> {
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    const names = [...inode.value.xattrs.keys()].filter((name) => maySeeXattr(name, caller));
    const text = names.map((name) => `${name}\0`).join("");
    return ok(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  space(): Result<Space> {
    const { free, blocks: all } = this.#tree;
    const blocks = { blocks: all, blocksFree: free, blocksAvailable: free };
    return ok({ blockSize: 4_096, ...blocks, files: all, filesFree: free, nameMax: 255 });
  }

  reserve(oid: Oid, offset: number, length: number): Result<void> {
    if (length === 0) return this.#tree.free < 1 ? fail("ENOSPC") : ok(undefined);
    const inode = this.#tree.get(oid);
    if (!inode.ok) return inode;
    if (!isFile(inode.value)) return fail(isDirectory(inode.value) ? "EISDIR" : "EINVAL");
    if (inode.value.data.missing(offset, length) > this.#tree.free) return fail("ENOSPC");
    inode.value.data.allocate(offset, length);
    return ok(undefined);
  }

  count(): number {
    return this.#tree.inodes.size;
  }

  orphans(): readonly Oid[] {
    return [...this.#tree.inodes.values()].filter(({ orphan }) => orphan).map(({ oid }) => oid);
  }

  apply(client: ClientId, change: Change): Applied {
    const session = this.#sessions.get(client);
    if (session === undefined) return { kind: "unknown-client" };
    const { seq } = change.origin;
    if (seq <= session.position) {
      const outcome = session.outcomes.get(seq);
      return outcome === undefined
        ? { kind: "gap", applied: sequence(session.position) }
        : { kind: "repeated", outcome };
    }
    if (seq > session.position + 1) return { kind: "gap", applied: sequence(session.position) };
    const misfit = misfitOf(change, (oid) => this.#tree.inodes.get(oid)?.version);
    if (typeof misfit === "object") return misfit;
    const outcome = this.#outcome(change, misfit ?? dispatch(this.#tree, change));
    session.position = seq;
    session.outcomes.set(seq, outcome);
    session.outcomes.delete(seq - OUTCOMES);
    session.changes.set(seq, encodeFrame(change, 0, FIRST_EPOCH));
    session.changes.delete(seq - OUTCOMES);
    return { kind: "applied", outcome };
  }

  sync(oid: Oid, done: (result: Result<void>) => void): void {
    const inode = this.#tree.get(oid);
    done(inode.ok ? ok(undefined) : inode);
  }

  readonly full = false;

  checkpoint(): void {}

  close(): void {}

  #outcome(change: Change, done: Done): Outcome {
    for (const { oid, version: want } of change.origin.touches) {
      const inode = this.#tree.inodes.get(oid);
      if (inode === undefined) continue;
      inode.version = want;
      if (typeof done !== "string") inode.ctime = change.origin.time;
    }
    if (typeof done === "string") return { errno: numberOf(done), count: 0 };
    const count = done.count ?? 0;
    return done.about === undefined ? { errno: 0, count } : { errno: 0, count, attributes: attributesOf(done.about) };
  }
}

function dispatch(tree: MemoryTree, change: Change): Done {
  switch (change.kind) {
    case "create":
      return create(tree, change);
    case "link":
      return link(tree, change);
    case "remove":
      return remove(tree, change);
    case "rename":
      return rename(tree, change);
    case "write":
      return write(tree, change);
    case "setAttributes":
      return setAttributes(tree, change);
    case "setXattr":
      return setXattr(tree, change);
    case "removeXattr":
      return removeXattr(tree, change);
    case "allocate":
      return allocate(tree, change);
    case "copyRange":
      return copyRange(tree, change);
    case "purge":
      return purge(tree, change);
    default:
      return assertNever(change);
  }
}
