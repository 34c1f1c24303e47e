import assert from "node:assert/strict";
import { S_IFDIR, S_IFLNK, S_IFREG, type Attributes } from "../../core/attributes.ts";
import {
  type ClientId,
  type FileName,
  fileName,
  type Oid,
  oid as toOid,
  ROOT_OID,
  sequence,
  version,
} from "../../core/brand.ts";
import { type Caller, ROOT_CALLER } from "../../core/caller.ts";
import { errnoName } from "../../core/errno.ts";
import { TIME_ZERO, type Time } from "../../core/time.ts";
import type { Change, MessageOfKind } from "../../wire/messages.ts";
import type { Applied, Store } from "../core/store.ts";

/** A change less its origin. */
export type Body = Change extends infer One ? (One extends Change ? Omit<One, "origin"> : never) : never;
export type How = { readonly as?: Caller; readonly time?: Time; readonly touches?: readonly Oid[] };
/** "done", or the errno. */
export type Said = string;

/** UTF-8 as bytes. */
const text = (name: string): FileName => fileName(Buffer.from(name).toString("latin1"));
/**
 * One client of a store, as the client's core behaves: it counts sequences and versions, and takes numbers from a range.
 */
export class StoreDriver {
  store: Store;
  readonly client: ClientId;
  seq = 0;
  now = 1_700_000_000;
  /** All changes so far, and the errno that each came to (-1: it was refused). */
  readonly changes: Change[] = [];
  readonly outcomes: number[] = [];
  /** What came of the last change. */
  last: Applied | undefined;

  constructor(store: Store) {
    this.store = store;
    this.client = store.drawClientId();
    store.register(this.client);
  }

  oid(): Oid {
    return this.store.drawOids(1).from;
  }

  /** The time of the change that was made last. */
  get time(): Time {
    return { sec: this.now, nsec: this.now % 1_000 };
  }

  build(body: Body, touched: readonly Oid[], how: How = {}): Change {
    this.seq += 1;
    this.now += 1;
    const touches = (how.touches ?? touched).map((oid) => {
      const known = this.store.attributes(oid);
      return { oid, version: version((known.ok ? known.value.version : 0) + 1) };
    });
    const origin = {
      seq: sequence(this.seq),
      settled: sequence(0),
      time: how.time ?? this.time,
      caller: how.as ?? ROOT_CALLER,
      touches,
    };
    return { ...body, origin } as Change;
  }

  apply(change: Change): Said {
    this.changes.push(change);
    this.last = this.store.apply(this.client, change);
    const { last } = this;
    const applied = last.kind === "applied" || last.kind === "repeated";
    this.outcomes.push(applied ? last.outcome.errno : -1);
    if (!applied) return last.kind;
    return last.outcome.errno === 0 ? "done" : errnoName(last.outcome.errno);
  }

  change(body: Body, touched: readonly Oid[], how: How = {}): Said {
    return this.apply(this.build(body, touched, how));
  }

  /** Attributes that the last change told. */
  get told(): Attributes {
    const { last } = this;
    assert(last?.kind === "applied" || last?.kind === "repeated");
    assert(last.outcome.attributes !== undefined, "the outcome tells attributes");
    return last.outcome.attributes;
  }

  create(parent: Oid, name: FileName | string, more: Partial<MessageOfKind<"create">> & How = {}): Said {
    const { as, time, touches, ...rest } = more;
    const oid = rest.oid ?? this.oid();
    const body = {
      kind: "create" as const,
      parent,
      name: text(name),
      oid,
      mode: S_IFREG | 0o644,
      umask: 0o022,
      rdev: 0,
      target: fileName(""),
      ...rest,
    };
    return this.change(body, name === "" ? [oid] : [parent, oid], {
      ...(as && { as }),
      ...(time && { time }),
      ...(touches && { touches }),
    });
  }

  /** @returns The object that was made. */
  file(parent: Oid, name: FileName | string, how: How & { readonly mode?: number } = {}): Oid {
    return this.#made(parent, name, S_IFREG | (how.mode ?? 0o644), how);
  }

  directory(parent: Oid, name: FileName | string, how: How & { readonly mode?: number } = {}): Oid {
    return this.#made(parent, name, S_IFDIR | (how.mode ?? 0o755), how);
  }

  symlink(parent: Oid, name: FileName | string, target: string): Oid {
    const oid = this.oid();
    assert.equal(this.create(parent, name, { oid, mode: S_IFLNK | 0o777, target: text(target) }), "done");
    return oid;
  }

  #made(parent: Oid, name: FileName | string, mode: number, how: How): Oid {
    const oid = this.oid();
    assert.equal(this.create(parent, name, { ...how, oid, mode, umask: 0 }), "done");
    return oid;
  }

  link(oid: Oid, parent: Oid, name: FileName | string, how: How = {}): Said {
    return this.change({ kind: "link", oid, parent, name: text(name) }, [parent, oid], how);
  }

  remove(
    parent: Oid,
    name: FileName | string,
    oid: Oid,
    how: How & { readonly keep?: boolean; readonly directory?: boolean } = {},
  ): Said {
    const body = {
      kind: "remove" as const,
      parent,
      name: text(name),
      oid,
      directory: how.directory ? 1 : 0,
      keep: how.keep ? 1 : 0,
    };
    return this.change(body, [parent, oid], how);
  }

  rename(
    from: readonly [Oid, FileName | string],
    to: readonly [Oid, FileName | string],
    oid: Oid,
    how: How & { readonly replaced?: Oid; readonly flags?: number; readonly keep?: boolean } = {},
  ): Said {
    const replaced = how.replaced ?? toOid(0);
    const body = {
      kind: "rename" as const,
      fromParent: from[0],
      fromName: text(from[1]),
      oid,
      toParent: to[0],
      toName: text(to[1]),
      replaced,
      flags: how.flags ?? 0,
      keep: how.keep ? 1 : 0,
    };
    const touched = [...new Set([from[0], to[0], oid, ...(replaced === 0 ? [] : [replaced])])];
    return this.change(body, touched, how);
  }

  write(oid: Oid, offset: number, data: Uint8Array | string, how: How & { readonly kill?: boolean } = {}): Said {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    return this.change({ kind: "write", oid, offset, killPrivileges: how.kill ? 1 : 0, data: bytes }, [oid], how);
  }

  set(oid: Oid, what: Partial<MessageOfKind<"setAttributes">> & { readonly set: number }, how: How = {}): Said {
    const none = { mode: 0, uid: 0, gid: 0, size: 0, atime: TIME_ZERO, mtime: TIME_ZERO };
    return this.change({ kind: "setAttributes", oid, ...none, ...what }, [oid], how);
  }

  setXattr(oid: Oid, name: string, value: Uint8Array | string, how: How & { readonly flags?: number } = {}): Said {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    const body = {
      kind: "setXattr" as const,
      oid,
      name: text(name),
      value: bytes,
      flags: how.flags ?? 0,
      killPrivileges: 0,
    };
    return this.change(body, [oid], how);
  }

  /** The object of a name. */
  at(parent: Oid, name: FileName | string, caller: Caller = ROOT_CALLER): Attributes | string {
    const found = this.store.lookup(parent, text(name), caller);
    return found.ok ? found.value : found.errno;
  }

  attributes(oid: Oid): Attributes {
    const found = this.store.attributes(oid);
    assert(found.ok, `object ${oid} is there`);
    return found.value;
  }

  content(oid: Oid): string {
    const into = Buffer.alloc(this.attributes(oid).size);
    const count = this.store.read(oid, 0, into.length, into);
    assert(count.ok);
    return into.toString("latin1", 0, count.value);
  }

  /** All names of a directory, sorted. */
  names(oid: Oid = ROOT_OID, bytesMax = 65_536): string[] {
    const names: string[] = [];
    for (let cookie = 0; ; ) {
      const listing = this.store.list(oid, cookie, bytesMax);
      assert(listing.ok, "the directory can be listed");
      names.push(...listing.value.entries.map(({ name }) => Buffer.from(name, "latin1").toString()));
      if (listing.value.end) return names.sort();
      cookie = listing.value.cookie;
    }
  }
}
