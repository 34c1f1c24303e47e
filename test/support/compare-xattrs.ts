import { lstatSync, readdirSync } from "node:fs";
import { inside } from "./system.ts";
import { getXattr, listXattrs } from "./system-xattrs.ts";

/** Xattrs that are the store's own, or the machine's. */
const NOT_SHARED = ["trusted.pohmelfs", "security.selinux"];

/**
 * Compares the extended attributes (ACLs too) of two trees that have the same names.
 *
 * @returns What differs, one line each; nothing when all is equal.
 */
export function compareXattrs(left: string, right: string): string[] {
  const differences: string[] = [];
  const visit = (a: Buffer, b: Buffer, atRoot: boolean): void => {
    const [ours, theirs] = [xattrsOf(a), xattrsOf(b)];
    if (ours !== theirs) differences.push(`${a.toString("latin1")}: ${ours} and ${theirs}`);
    if (!lstatSync(a).isDirectory()) return;
    for (const name of readdirSync(a, { encoding: "buffer" })) {
      if (atRoot && name.toString() === ".pohmelfs") continue;
      visit(inside(a, name), inside(b, name), false);
    }
  };
  visit(Buffer.from(left), Buffer.from(right), true);
  return differences;
}

function xattrsOf(path: Buffer): string {
  const names = listXattrs(path, (name) => !NOT_SHARED.includes(name)).sort();
  return JSON.stringify(names.map((name) => [name, getXattr(path, name).toString("hex")]));
}
