import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Attributes } from "../../daemons/core/attributes.ts";
import { ROOT_OID } from "../../daemons/core/brand.ts";
import { ROOT_CALLER } from "../../daemons/core/caller.ts";
import type { Result } from "../../daemons/core/result.ts";
import type { Store } from "../../daemons/fserver/core/store.ts";

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`a store that is quiet answers ${result.errno}`);
  return result.value;
}

/** A store's whole tree as text, in an order of its own: equal texts are equal trees. */
export function dump(store: Store): string {
  const lines: string[] = [];
  const walk = (path: string, attributes: Attributes): void => {
    // Blocks and birth are the disk's own affair.
    const { oid, blocks: _blocks, btime: _btime, ...told } = attributes;
    lines.push(`${path} ${oid} ${JSON.stringify(told)} ${content(store, attributes)}`);
    if ((attributes.mode & S_IFMT) !== S_IFDIR) return;
    const listing = must(store.list(oid, 0, Number.MAX_SAFE_INTEGER));
    const entries = [...listing.entries].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) walk(`${path}/${entry.name}`, entry.attributes);
  };
  walk("", must(store.attributes(ROOT_OID)));
  for (const orphan of [...store.orphans()].sort((a, b) => a - b))
    walk(`orphan ${orphan}`, must(store.attributes(orphan)));
  return lines.join("\n");
}

function content(store: Store, { oid, mode, size }: Attributes): string {
  const names = Buffer.from(must(store.listXattr(oid, ROOT_CALLER))).toString("latin1");
  const type = mode & S_IFMT;
  if (type === S_IFLNK) return `${names} -> ${must(store.readLink(oid))}`;
  if (type !== S_IFREG) return names;
  const bytes = Buffer.alloc(size);
  return `${names} ${bytes.subarray(0, must(store.read(oid, 0, size, bytes))).toString("latin1")}`;
}
