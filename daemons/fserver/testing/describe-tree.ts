import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../core/attributes.ts";
import { type Oid, ROOT_OID } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import type { Store } from "../core/store.ts";

/** What a store shows of its whole tree, a line for each name; equal for stores that are equal. */
export function describeTree(store: Store): string[] {
  const lines: string[] = [];
  const walk = (oid: Oid, path: string): void => {
    for (let cookie = 0; ; ) {
      const listing = store.list(oid, cookie, 1_048_576);
      if (!listing.ok) throw new Error(`${path}: ${listing.errno}`);
      for (const { name, attributes } of listing.value.entries) {
        lines.push(`${path}/${name} ${describe(store, attributes)}`);
        if ((attributes.mode & S_IFMT) === S_IFDIR) walk(attributes.oid, `${path}/${name}`);
      }
      if (listing.value.end) return;
      cookie = listing.value.cookie;
    }
  };
  const root = store.attributes(ROOT_OID);
  if (root.ok) lines.push(`/ ${describe(store, root.value)}`);
  walk(ROOT_OID, "");
  for (const oid of store.orphans()) {
    const orphan = store.attributes(oid);
    if (orphan.ok) lines.push(`orphan ${describe(store, orphan.value)}`);
  }
  return lines.sort();
}

function describe(store: Store, attributes: Attributes): string {
  const { oid, version, mode, nlink, uid, gid, rdev, mtime, ctime } = attributes;
  const stamps = `${mtime.sec}.${mtime.nsec} ${ctime.sec}.${ctime.nsec}`;
  const what = `${oid} v${version} ${mode.toString(8)} x${nlink} ${uid}:${gid} ${rdev} ${stamps}`;
  return `${what} ${contentOf(store, attributes)} ${xattrsOf(store, oid)}`;
}

function contentOf(store: Store, { oid, mode, size }: Attributes): string {
  if ((mode & S_IFMT) === S_IFLNK) {
    const target = store.readLink(oid);
    return target.ok ? target.value : target.errno;
  }
  if ((mode & S_IFMT) !== S_IFREG) return "";
  const into = Buffer.alloc(size);
  const count = store.read(oid, 0, size, into);
  return count.ok ? `${size} ${into.toString("latin1", 0, count.value)}` : count.errno;
}

function xattrsOf(store: Store, oid: Oid): string {
  const names = store.listXattr(oid, ROOT_CALLER);
  if (!names.ok) return names.errno;
  const all = Buffer.from(names.value).toString("latin1").split("\0").filter(Boolean).sort();
  return all
    .map((name) => {
      const value = store.getXattr(oid, name as never, ROOT_CALLER);
      return `${name}=${value.ok ? Buffer.from(value.value).toString("hex") : value.errno}`;
    })
    .join(" ");
}
