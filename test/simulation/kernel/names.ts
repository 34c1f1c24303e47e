import type { FileName } from "../../../daemons/core/brand.ts";
import { fail, ok, type Result } from "../../../daemons/core/result.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { CachedInode, Dentry } from "./cached-inode.ts";
import type { Fuse } from "./fuse.ts";

export type Lookup = {
  /** The directory's lock is held exclusively by the caller. */
  readonly locked?: boolean;
  /** LOOKUP_REVAL: what is cached is asked all the same. */
  readonly again?: boolean;
};

export const nameOf = (directory: CachedInode, name: FileName): string => `${directory.oid}/${name}`;

/**
 * What a name means, from the cache or asked: lookup_fast, lookup_slow and fuse_dentry_revalidate. What is known of a
 * name is asked again without the directory's lock; what is not, under it.
 */
export function* lookup(
  fuse: Fuse,
  directory: CachedInode,
  name: FileName,
  { locked = false, again = false }: Lookup = {},
): Steps<Result<Dentry>> {
  const begin = fuse.world.recorder.stamp();
  const known = directory.names.get(name);
  if (known !== undefined) {
    const valid = yield* revalidate(fuse, directory, name, known, again);
    if (!valid.ok) return valid;
    // While a change of the directory is under way what is cached may be of before it, or of after.
    if (valid.value && directory.lock.isExclusive && !locked) return ok(known);
    if (valid.value) return saw(fuse, directory, name, known, begin);
    if (directory.names.get(name) === known) directory.names.delete(name);
  }
  if (!locked) yield* directory.lock.lockShared();
  const found = yield* slowly(fuse, directory, name);
  if (!locked) directory.lock.unlockShared();
  return found.ok ? saw(fuse, directory, name, found.value, begin) : found;
}

export const isValid = (fuse: Fuse, { until, epoch }: Dentry): boolean => fuse.now < until && epoch === fuse.epoch;

function saw(fuse: Fuse, directory: CachedInode, name: FileName, dentry: Dentry, begin: number): Result<Dentry> {
  const { recorder, by } = fuse.world;
  recorder.name(by, begin, { kind: "means", at: nameOf(directory, name), oid: dentry.oid ?? 0 });
  return ok(dentry);
}

function* revalidate(
  fuse: Fuse,
  directory: CachedInode,
  name: FileName,
  dentry: Dentry,
  again: boolean,
): Steps<Result<boolean>> {
  if (!again && isValid(fuse, dentry)) return ok(true);
  if (dentry.epoch !== fuse.epoch || dentry.oid === undefined) return ok(false);
  const asked = fuse.attributeVersion;
  const answer = yield* fuse.ask(directory.oid, { op: "lookup", name });
  if (answer.kind === "error" && answer.errno === "EINTR") return fail("EINTR");
  if (answer.kind !== "entry" || answer.attributes.oid !== dentry.oid) return ok(false);
  yield* fuse.learn(fuse.inode(dentry.oid), answer.attributes, answer.validity.attributeSeconds, asked);
  dentry.until = fuse.until(answer.validity.entrySeconds);
  return ok(true);
}

/** fuse_lookup, under the directory's lock. */
function* slowly(fuse: Fuse, directory: CachedInode, name: FileName): Steps<Result<Dentry>> {
  const there = directory.names.get(name);
  if (there !== undefined && isValid(fuse, there)) return ok(there);
  const { epoch, attributeVersion: asked } = fuse;
  const answer = yield* fuse.ask(directory.oid, { op: "lookup", name });
  if (answer.kind === "negative")
    return ok(hash(directory, name, { oid: undefined, until: fuse.until(answer.entrySeconds), epoch }));
  if (answer.kind === "error")
    return answer.errno === "ENOENT" ? ok({ oid: undefined, until: 0, epoch }) : fail(answer.errno);
  if (answer.kind !== "entry") throw new Error(`lookup was answered with ${answer.kind}`);
  const { attributes, validity } = answer;
  yield* fuse.learn(fuse.inode(attributes.oid), attributes, validity.attributeSeconds, asked);
  return ok(hash(directory, name, { oid: attributes.oid, until: fuse.until(validity.entrySeconds), epoch }));
}

export function hash(directory: CachedInode, name: FileName, dentry: Dentry): Dentry {
  directory.names.set(name, dentry);
  return dentry;
}
