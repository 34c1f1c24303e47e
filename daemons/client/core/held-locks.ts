import type { Oid } from "../../core/brand.ts";
import type { LockRequest } from "../../fuse/core/request.ts";
import { setRange, type OwnedRange } from "../../wire/lock-ranges.ts";
import type { OpenFiles } from "./open-files.ts";

type Range = OwnedRange & { readonly pid: number };

/** What one owner has locked of one object. */
export type OwnerLocks = {
  readonly oid: Oid;
  readonly flock: boolean;
  /** As in {@link LockRequest}. */
  readonly owner: string;
  ranges: readonly Range[];
  /** Handles through which it was locked. */
  readonly handles: Set<number>;
};
export type LockOwner = Pick<OwnerLocks, "oid" | "flock" | "owner">;

const FILE_END = Number.MAX_SAFE_INTEGER;
const ALL = { start: 0, end: FILE_END } as const;

/** Names an owner on an object among all that hold locks here. */
export const lockKey = ({ oid, flock, owner }: LockOwner): string => `${flock ? "f" : "p"}${oid}/${owner}`;

/** The locks that programs hold through this mount. */
export class HeldLocks {
  readonly #byOwner = new Map<string, OwnerLocks>();
  readonly #files: OpenFiles;

  constructor(files: OpenFiles) {
    this.#files = files;
  }

  /** Owners that hold a lock of an object. */
  get count(): number {
    return this.#byOwner.size;
  }

  get(owner: LockOwner): OwnerLocks | undefined {
    return this.#byOwner.get(lockKey(owner));
  }

  all(): readonly OwnerLocks[] {
    return [...this.#byOwner.values()];
  }

  /** Those set through a handle, other than by flock. */
  ofHandle(fh: number): readonly OwnerLocks[] {
    return [...(this.#files.get(fh)?.lockKeys ?? [])]
      .map((key) => this.#byOwner.get(key))
      .filter((locks) => locks !== undefined)
      .filter(({ flock }) => !flock);
  }

  /** The lead has granted a lock, or is to drop it (type unlock). */
  set(owner: LockOwner, lock: LockRequest): void {
    const key = lockKey(owner);
    const locks = this.#byOwner.get(key) ?? { ...ownerOf(owner), ranges: [], handles: new Set() };
    const range = owner.flock ? ALL : { start: lock.start, end: lock.end };
    locks.ranges = setRange(locks.ranges, { owner: "", type: lock.type, pid: lock.pid, ...range });
    if (locks.ranges.length === 0) return this.forget(owner);
    this.#byOwner.set(key, locks);
    locks.handles.add(lock.fh);
    this.#files.get(lock.fh)?.lockKeys.add(key);
  }

  forget(owner: LockOwner): void {
    const key = lockKey(owner);
    const locks = this.#byOwner.get(key);
    this.#byOwner.delete(key);
    for (const fh of locks?.handles ?? []) this.#files.get(fh)?.lockKeys.delete(key);
  }
}

const ownerOf = ({ oid, flock, owner }: LockOwner): LockOwner => ({ oid, flock, owner });

/** The bytes that an owner has not locked. */
export function gapsOf(locks: OwnerLocks | undefined): readonly { readonly start: number; readonly end: number }[] {
  const gaps: { start: number; end: number }[] = [];
  let start = 0;
  for (const range of [...(locks?.ranges ?? [])].sort((a, b) => a.start - b.start)) {
    if (range.start > start) gaps.push({ start, end: range.start - 1 });
    start = range.end + 1;
  }
  if (start <= FILE_END) gaps.push({ start, end: FILE_END });
  return gaps;
}
