import { ROOT_CALLER } from "../../core/caller.ts";
import { fileName, type FileName, type Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { askOthers, changeAll, type FlushRun } from "./flush-run.ts";

type Xattrs = ReadonlyMap<FileName, Uint8Array>;

async function xattrsAt({ client }: FlushRun, place: number, oid: Oid): Promise<Result<Xattrs>> {
  const listed = await client.ask(place, { kind: "listXattr", oid, caller: ROOT_CALLER }, "data");
  if (!listed.ok) return listed;
  const names = Buffer.from(listed.value.data)
    .toString("latin1")
    .split("\0")
    .filter((name) => name !== "");
  const found = new Map<FileName, Uint8Array>();
  for (const name of names.map((text) => fileName(text))) {
    const value = await client.ask(place, { kind: "getXattr", oid, name, caller: ROOT_CALLER }, "data");
    if (value.ok) found.set(name, value.value.data);
    else if (value.errno !== "ENODATA") return value;
  }
  return ok(found);
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

/**
 * Gives all members the extended attributes, ACLs among them, that an object has on this one.
 * @returns Whether something differed; undefined after a problem was noted.
 */
export async function spreadXattrs(run: FlushRun, path: string, oid: Oid): Promise<Result<boolean> | undefined> {
  const own = await xattrsAt(run, run.own, oid);
  if (!own.ok) return own;
  const others = await askOthers(run, (place) => xattrsAt(run, place, oid));
  if (!others.ok) return others;
  let differed = false;
  for (const [name, value] of own.value) {
    if (others.value.every((other) => isSame(other.get(name), value))) continue;
    differed = true;
    const set = { op: "setxattr", name, value, flags: 0, setxattrFlags: 0 } as const;
    if ((await changeAll(run, path, oid, set)) === undefined) return undefined;
  }
  for (const [name, value] of others.value.flatMap((other) => [...other])) {
    if (own.value.has(name)) continue;
    // Members must answer a change alike: so all have it before it goes from all.
    const set = { op: "setxattr", name, value, flags: 0, setxattrFlags: 0 } as const;
    if ((await changeAll(run, path, oid, set)) === undefined) return undefined;
    if ((await changeAll(run, path, oid, { op: "removexattr", name })) === undefined) return undefined;
    differed = true;
  }
  return ok(differed);
}
