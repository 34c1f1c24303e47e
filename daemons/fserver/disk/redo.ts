import { S_IFDIR } from "../../core/attributes.ts";
import { type FileName, type Oid, oid as toOid } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import type { Result } from "../../core/result.ts";
import { AT_EMPTY_PATH, AT_REMOVEDIR, RENAME_EXCHANGE } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import type { Change } from "../../wire/messages.ts";
import { contentOf } from "../core/change-content.ts";
import { decodeChange } from "../core/change-frame.ts";
import { eachRecord } from "../core/journal-chain.ts";
import type { JournalRecord, Look } from "../core/journal-record.ts";
import { dispatch } from "./apply.ts";
import { type Disk, directoryFd, orphanName } from "./disk.ts";
import { newEffects, resetEffects } from "./effects.ts";
import { ACCESS, type ObjectEntry } from "./entry.ts";
import { decodeRecord, encodeRecord, RECORD_BYTES } from "./index-record.ts";
import { type JournalFiles, journalSum } from "./journal-files.ts";
import { setMark } from "./mark-xattr.ts";
import { lives, meaningOf } from "./meaning.ts";
import { chmodOf, dropPrivileges } from "./privileges.ts";
import type { Replay } from "./replay.ts";
import { setTimes, setTimesOfPath } from "./times.ts";

type Place = { readonly parent: Oid; readonly name: FileName };

const GONE = Buffer.alloc(RECORD_BYTES);
const EMPTY = Buffer.alloc(1);

/**
 * Carries out again what the journal has as done, on files of which, after the host went down, nobody knows how much of
 * it reached the disk: none, all, anything between; even changes behind the end of the journal.
 *
 * Objects are known by number and handle, never by path (rule C4), and the index is the journal's. Names: file systems
 * keep the order of changes of names, so they show some moment of the past. Where a name means what a change found there,
 * it is carried out; where it means anything else, that moment was later, and nothing is done. Content, xattrs and
 * attributes are set in order, so the last one stays. Doing it twice does no harm.
 */
export function redo(disk: Disk, files: JournalFiles, replay: Replay): Result<void> {
  const redoing = new Redo(disk, replay);
  const survey = eachChange(files, replay, (told) => redoing.survey(told));
  if (!survey.ok) return survey;
  redoing.begin();
  const done = eachChange(files, replay, (told) => redoing.redo(told));
  redoing.end();
  return done;
}

/** A change that the journal has as done. */
type Told = {
  readonly change: Change;
  readonly position: number;
  /** Its data are not in the journal. */
  readonly apart: boolean;
  /** Bytes copied. */
  readonly count: number;
};

/** All changes that succeeded, in order. */
function eachChange(files: JournalFiles, { chain }: Replay, each: (told: Told) => void): Result<void> {
  let began: (JournalRecord & { readonly kind: "begin" | "beginApart" }) | undefined;
  let at = 0;
  return eachRecord(files, chain, journalSum, (record, position) => {
    if (record.kind === "begin" || record.kind === "beginApart") {
      began = record;
      at = position;
    } else if (record.kind === "end" && began !== undefined) {
      const change = record.errno === 0 ? decodeChange(began.frame) : undefined;
      if (change !== undefined) each({ change, position: at, apart: began.kind === "beginApart", count: record.count });
      began = undefined;
    }
  });
}

class Redo {
  readonly #disk: Disk;
  readonly #replay: Replay;
  readonly #effects = newEffects();
  /** Where the changes put objects, or found them. */
  readonly #places = new Map<Oid, Place[]>();
  /** What each name means in the end; 0: nothing. */
  readonly #names = new Map<string, Place & { readonly oid: Oid }>();
  /** Up to where the content of a file was flushed: its own fdatasync(2) came later than those changes. */
  readonly #flushed = new Map<Oid, number>();
  readonly #record = Buffer.alloc(RECORD_BYTES);

  constructor(disk: Disk, replay: Replay) {
    this.#disk = disk;
    this.#replay = replay;
  }

  survey({ change, apart, position }: Told): void {
    if (apart) this.#flushed.set(contentOf(change) as Oid, position);
    for (const [oid, place] of placesOf(change)) {
      const known = this.#places.get(oid);
      if (known === undefined) this.#places.set(oid, [place]);
      else known.push(place);
    }
    for (const [oid, { parent, name }] of namesAfter(change))
      this.#names.set(`${parent}/${name}`, { oid, parent, name });
  }

  /** Until an object is met it is known if its handle still opens, and is an orphan if it lies among them. */
  begin(): void {
    for (const [oid, record] of this.#replay.records) {
      const entry = decodeRecord(oid, record, 0);
      if (entry === undefined || !lives(this.#disk, entry)) {
        this.#disk.objects.index.pending.put(oid, GONE);
        continue;
      }
      entry.orphan = false;
      const name = orphanName(entry);
      this.#put(entry);
      const there = meaningOf(this.#disk, this.#disk.orphans, name, cstring(name));
      if (typeof there === "number" || there.oid !== oid) continue;
      there.orphan = true;
      this.#put(there);
    }
  }

  redo(told: Told): void {
    const { change } = told;
    const disk = this.#disk;
    disk.objects.open.nextTurn();
    if (change.kind === "create" && this.#isMade(change)) return;
    const content = contentOf(change);
    if (content !== undefined && told.position <= (this.#flushed.get(content) ?? -1))
      return this.#restamp(told, content);
    resetEffects(this.#effects, true);
    const again = { ...change, origin: { ...change.origin, caller: ROOT_CALLER } };
    const result = dispatch(disk, again.kind === "setXattr" ? { ...again, flags: 0 } : again, this.#effects);
    if (result < 0) return this.#restampDirectories(change);
    for (const entry of this.#effects.removed) this.#forget(entry);
    for (const entry of this.#effects.kept) this.#put(entry);
    if (this.#effects.about !== undefined) this.#put(this.#effects.about);
  }

  /** What the journal says of versions and looks holds; what it says is gone goes. */
  end(): void {
    const { records, looks } = this.#replay;
    for (const [oid, record] of records) {
      const entry = this.#disk.objects.get(oid);
      const wanted = decodeRecord(oid, record, 0);
      this.#disk.objects.open.nextTurn();
      if (wanted === undefined) {
        if (entry === undefined) this.#disk.objects.index.pending.put(oid, GONE);
        else this.#remove(entry);
      } else if (entry === undefined) {
        // Removed by a change that had not become durable: its client will send that again, and finds what it expects.
        this.#disk.objects.index.pending.put(oid, record);
      } else {
        entry.version = wanted.version;
        entry.ctimeSec = wanted.ctimeSec;
        entry.ctimeNsec = wanted.ctimeNsec;
        this.#put(entry);
        const look = looks.get(oid);
        if (look !== undefined) this.#setLook(entry, look);
      }
    }
    for (const name of this.#names.values()) this.#unlinkSecond(name);
  }

  /**
   * An object with several names: one that had gone on, or away, already was made again. No object loses its last name.
   */
  #unlinkSecond({ oid, parent, name }: Place & { readonly oid: Oid }): void {
    const disk = this.#disk;
    disk.objects.open.nextTurn();
    const dirfd = directoryFd(disk, parent);
    if (dirfd < 0 || disk.stat.of(dirfd) < 0) return;
    const { mtime } = disk.stat;
    const there = meaningOf(disk, dirfd, name, cstring(name));
    if (typeof there === "number" || there.oid === oid || there.type === S_IFDIR || disk.stat.nlink < 2) return;
    if (!this.#replay.records.has(there.oid)) return;
    libc.unlinkat(dirfd, cstring(name), 0);
    setTimes(dirfd, undefined, mtime);
  }

  /** An object that is there, wherever it is by now, need not be made; it is finished. */
  #isMade({ oid, parent, name, origin }: Change & { readonly kind: "create" }): boolean {
    const disk = this.#disk;
    const entry = disk.objects.get(oid) ?? this.#find(oid);
    if (entry === undefined) return false;
    const fd = disk.objects.open.any(entry);
    if (fd < 0) return false;
    if (entry.access !== ACCESS.path) setMark(fd, oid);
    this.#stampEntry(entry, fd, origin.time);
    const dirfd = name === "" ? -1 : directoryFd(disk, parent);
    if (dirfd >= 0) setTimes(dirfd, undefined, origin.time);
    return true;
  }

  /** An object that was made anew, by an earlier start that did not come to its end, has another handle. */
  #find(oid: Oid): ObjectEntry | undefined {
    const disk = this.#disk;
    for (const { parent, name } of this.#places.get(oid) ?? []) {
      const dirfd = directoryFd(disk, parent);
      const there = dirfd < 0 ? dirfd : meaningOf(disk, dirfd, name, cstring(name));
      if (typeof there !== "number" && there.oid === oid) return there;
    }
    const name = oid.toString(16);
    const there = meaningOf(disk, disk.orphans, name, cstring(name));
    return typeof there !== "number" && there.oid === oid ? there : undefined;
  }

  /** The content is on disk: what the change does besides. */
  #restamp({ change, count }: Told, content: Oid): void {
    const disk = this.#disk;
    if (change.kind === "copyRange" && count === 0) return;
    const entry = disk.objects.get(content);
    const fd = entry === undefined ? -1 : disk.objects.open.any(entry);
    if (fd < 0 || disk.stat.of(fd) < 0) return;
    if (change.kind === "write" && change.killPrivileges === 1) dropPrivileges(fd, disk.stat.mode);
    setTimes(fd, undefined, change.origin.time);
  }

  /** The names were changed already, but perhaps not what comes after that. */
  #restampDirectories(change: Change): void {
    const parents = new Set(placesOf(change).map(([, { parent }]) => parent));
    for (const parent of parents) {
      const dirfd = directoryFd(this.#disk, parent);
      if (dirfd >= 0) setTimes(dirfd, undefined, change.origin.time);
    }
  }

  #stampEntry(entry: ObjectEntry, fd: number, time: Change["origin"]["time"]): void {
    if (entry.access === ACCESS.path) setTimesOfPath(fd, time, time);
    else setTimes(fd, time, time);
  }

  #put(entry: ObjectEntry): void {
    encodeRecord(entry, this.#record, 0);
    this.#disk.objects.index.pending.put(entry.oid, this.#record);
  }

  #forget(entry: ObjectEntry): void {
    this.#disk.objects.remove(entry);
    this.#disk.objects.index.pending.put(entry.oid, GONE);
  }

  /** Removes what is left of an object that the journal has as gone: it was made again, or its removal was lost. */
  #remove(entry: ObjectEntry): void {
    const disk = this.#disk;
    const flags = entry.type === S_IFDIR ? AT_REMOVEDIR : 0;
    for (const { parent, name } of this.#places.get(entry.oid) ?? []) {
      const dirfd = directoryFd(disk, parent);
      if (dirfd < 0 || disk.stat.of(dirfd) < 0) continue;
      const { mtime } = disk.stat;
      const there = meaningOf(disk, dirfd, name, cstring(name));
      if (typeof there === "number" || there.oid !== entry.oid) continue;
      libc.unlinkat(dirfd, cstring(name), flags);
      setTimes(dirfd, undefined, mtime);
    }
    if (entry.orphan) libc.unlinkat(disk.orphans, cstring(orphanName(entry)), flags);
    this.#forget(entry);
  }

  #setLook(entry: ObjectEntry, { mode, uid, gid }: Look): void {
    const { objects, stat } = this.#disk;
    const fd = objects.open.any(entry);
    if (fd < 0 || stat.of(fd) < 0) return;
    if (stat.uid !== uid || stat.gid !== gid) libc.fchownat(fd, EMPTY, uid, gid, AT_EMPTY_PATH);
    if ((stat.mode & 0o7777) === mode) return;
    // Of a symbolic link chmod(2) fails, and its mode never changes.
    if (entry.access === ACCESS.path) chmodOf(fd, mode);
    else libc.fchmod(fd, mode);
  }
}

/** The names of objects that a change makes, or takes away. */
function placesOf(change: Change): readonly (readonly [Oid, Place])[] {
  switch (change.kind) {
    case "create":
    case "link":
    case "remove":
      return [[change.oid, { parent: change.parent, name: change.name }]];
    case "rename": {
      const from = { parent: change.fromParent, name: change.fromName };
      const to = { parent: change.toParent, name: change.toName };
      return [
        [change.oid, from],
        [change.oid, to],
        [change.replaced, from],
        [change.replaced, to],
      ];
    }
    default:
      return [];
  }
}

/** What names mean after a change. */
function namesAfter(change: Change): readonly (readonly [Oid, Place])[] {
  const nothing = toOid(0);
  switch (change.kind) {
    case "create":
    case "link":
      return [[change.oid, { parent: change.parent, name: change.name }]];
    case "remove":
      return [[nothing, { parent: change.parent, name: change.name }]];
    case "rename": {
      // rename(2): two names of one object, nothing is done.
      if (change.replaced === change.oid) return [];
      const exchanged = (change.flags & RENAME_EXCHANGE) !== 0 ? change.replaced : nothing;
      return [
        [exchanged, { parent: change.fromParent, name: change.fromName }],
        [change.oid, { parent: change.toParent, name: change.toName }],
      ];
    }
    default:
      return [];
  }
}
