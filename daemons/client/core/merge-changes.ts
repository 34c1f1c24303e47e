/** What is not sent yet and belongs together becomes one change. Pure. */
import type { Caller } from "../../core/caller.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { TIME_ZERO } from "../../core/time.ts";
import { type Change, type MessageOfKind, SET } from "../../wire/messages.ts";

/** Data that grows larger is sent as it is: it is copied, and written down, each time that something is added. */
const MERGED_BYTES_MAX = 65_536;

export type Merged = {
  /** Has the number, and the versions, of the first change that it replaces. */
  readonly change: Change;
  /** How many of the last staged changes it replaces. */
  readonly replaces: number;
};

/**
 * A change, and those staged before it, as one that comes to the same. Only with the very last ones: what is on the
 * members was true here at some moment.
 *
 * @param staged In the order of their numbers. None of them has been sent to anyone.
 */
export function mergeChanges(staged: readonly Change[], next: Change): Merged | undefined {
  const last = staged.at(-1);
  if (last === undefined) return undefined;
  if (next.kind === "write") return last.kind === "write" ? mergeWrites(last, next) : undefined;
  if (next.kind === "setAttributes") return last.kind === "setAttributes" ? mergeSets(last, next) : undefined;
  return next.kind === "remove" ? neverMade(staged, next) : undefined;
}

function mergeWrites(last: MessageOfKind<"write">, next: MessageOfKind<"write">): Merged | undefined {
  const { oid, offset, data } = last;
  const length = data.length + next.data.length;
  if (oid !== next.oid || offset + data.length !== next.offset || length > MERGED_BYTES_MAX) return undefined;
  if (last.killPrivileges !== next.killPrivileges || !isSame(last.origin.caller, next.origin.caller)) return undefined;
  const change = { ...last, data: joined(data, next.data), origin: { ...last.origin, time: next.origin.time } };
  return { change, replaces: 1 };
}

/** Behind the first one there is room for more, so that many small ones are copied once. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const isOurs = first.buffer.byteLength === MERGED_BYTES_MAX && first.byteOffset === 0;
  const room = isOurs ? new Uint8Array(first.buffer) : new Uint8Array(MERGED_BYTES_MAX);
  if (!isOurs) room.set(first);
  room.set(second, first.length);
  return room.subarray(0, first.length + second.length);
}

const OWNERS = SET.uid | SET.gid;
const TIMES = SET.atime | SET.mtime;

/** Members set owners before modes, and modes before times: what comes in another order stays apart. */
function mergeSets(last: MessageOfKind<"setAttributes">, next: MessageOfKind<"setAttributes">): Merged | undefined {
  const { caller } = next.origin;
  if (last.oid !== next.oid || !isSame(last.origin.caller, caller)) return undefined;
  // A new size sets a time of its own.
  if (((last.set | next.set) & SET.size) !== 0) return undefined;
  if ((last.set & SET.mode) !== 0 && (next.set & (OWNERS | SET.killPrivileges)) !== 0) return undefined;
  // Whose times are the present ones may be set by more callers.
  const bothTimes = (last.set & TIMES) !== 0 && (next.set & TIMES) !== 0;
  if (bothTimes && (last.set & SET.now) !== (next.set & SET.now)) return undefined;
  const take = (bit: number): MessageOfKind<"setAttributes"> => ((next.set & bit) !== 0 ? next : last);
  const change = {
    ...last,
    set: last.set | next.set,
    mode: take(SET.mode).mode,
    uid: take(SET.uid).uid,
    gid: take(SET.gid).gid,
    atime: take(SET.atime).atime,
    mtime: take(SET.mtime).mtime,
    origin: { ...last.origin, time: next.origin.time },
  };
  return { change, replaces: 1 };
}

/** Of an object that was made and is removed again, all that is left is the time of its directory. */
function neverMade(staged: readonly Change[], next: MessageOfKind<"remove">): Merged | undefined {
  if (next.keep === 1) return undefined;
  for (let at = staged.length - 1; at >= 0; at -= 1) {
    const change = staged[at] as Change;
    if (change.kind === "create") {
      const isIt = change.oid === next.oid && change.parent === next.parent && change.name === next.name;
      return isIt ? { change: onlyTime(change, next), replaces: staged.length - at } : undefined;
    }
    if ((change.kind !== "write" && change.kind !== "setAttributes") || change.oid !== next.oid) return undefined;
  }
  return undefined;
}

function onlyTime({ parent, origin }: MessageOfKind<"create">, next: MessageOfKind<"remove">): Change {
  const touches = origin.touches.filter(({ oid }) => oid === parent);
  const { time } = next.origin;
  const nothing = { mode: 0, uid: 0, gid: 0, size: 0, atime: TIME_ZERO };
  const by = { ...origin, time, caller: ROOT_CALLER, touches };
  return { kind: "setAttributes", oid: parent, set: SET.mtime, ...nothing, mtime: time, origin: by };
}

const isSame = (a: Caller, b: Caller): boolean =>
  a === b ||
  (a.uid === b.uid &&
    a.gid === b.gid &&
    a.groups.length === b.groups.length &&
    a.groups.every((group, at) => group === b.groups[at]));
