import { ROOT_OID } from "../../../core/brand.ts";
import { type Inode, isFile } from "./inode.ts";
import type { MemoryTree } from "./tree.ts";

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
/** Content is told in full up to here, and by its size and a sum beyond. */
const SHOWN_BYTES = 65_536;

function contentOf(inode: Inode): string {
  if (!isFile(inode)) return inode.target;
  const { data } = inode;
  const bytes = new Uint8Array(Math.min(data.size, SHOWN_BYTES));
  data.read(0, bytes.length, bytes);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return data.size > SHOWN_BYTES ? `${text}… ${data.size} ${data.sum()}` : text;
}

/** A whole tree as text: of equal trees equal texts, of others others. */
export function dumpTree(tree: MemoryTree): string {
  const lines: string[] = [];
  const walk = (inode: Inode, path: string): void => {
    const { oid, version, mode, uid, gid, nlink, mtime, ctime } = inode;
    const times = `${mtime.sec}.${mtime.nsec} ${ctime.sec}.${ctime.nsec}`;
    lines.push(`${path} ${oid} v${version} ${mode.toString(8)} ${uid}:${gid} ${nlink} ${times} ${contentOf(inode)}`);
    for (const [name, value] of [...inode.xattrs].sort(byName)) lines.push(`${path} ${name}=${value.join(",")}`);
    for (const [name, { oid: child }] of [...inode.names].sort(byName)) {
      const below = tree.inodes.get(child);
      if (below !== undefined) walk(below, `${path}/${name}`);
    }
  };
  const root = tree.inodes.get(ROOT_OID);
  if (root !== undefined) walk(root, "");
  const orphans = [...tree.inodes.values()].filter(({ orphan }) => orphan).sort((a, b) => a.oid - b.oid);
  for (const orphan of orphans) walk(orphan, `orphan ${orphan.oid}`);
  return lines.join("\n");
}
