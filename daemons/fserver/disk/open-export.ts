import { readFileSync } from "node:fs";
import { errnoName } from "../../core/errno.ts";
import { type Failure, fail, ok, type Result } from "../../core/result.ts";
import { libc } from "../../sys/libc.ts";
import { cstring } from "../../sys/memory.ts";
import { OWN_FOLDER } from "../core/names.ts";
import { canKeep, startAfter } from "../core/journal-chain.ts";
import type { Positions } from "../core/positions.ts";
import { ApartFiles } from "./apart-files.ts";
import { ChangeJournal } from "./change-journal.ts";
import { Counters } from "./counters.ts";
import type { Disk } from "./disk.ts";
import { takeLock } from "./export-lock.ts";
import { FORMAT_FILE, FORMAT_VERSION_BEFORE, type Format, parseFormat, writeFormat } from "./format.ts";
import { Identity } from "./identity.ts";
import { JournalFiles } from "./journal-files.ts";
import { markOf } from "./mark-xattr.ts";
import { FIRST_MARKS, type Marks } from "./marks.ts";
import { MarksFile } from "./marks-file.ts";
import { ObjectIndex } from "./object-index.ts";
import { Objects } from "./objects.ts";
import { OpenObjects } from "./open-objects.ts";
import { openRoot } from "./open-root.ts";
import { recover } from "./recover.ts";
import { type Replay, readJournal, type Unfinished } from "./replay.ts";
import { openFile, openFolder, readText } from "./own-folder.ts";
import { Room } from "./room.ts";
import { Stat } from "./stat.ts";
import type { StoreEvent } from "./store-event.ts";
import { beginUpgrade, endUpgrade, upgrade } from "./upgrade.ts";
import { isEmptyExport, readOrphans } from "./walk.ts";

export type ExportOptions = {
  /** Path of the directory; symbolic links in it are followed, once. */
  readonly root: string;
  /** Gives numbers to what lies in an export that is not empty at its first use. Right only where it has no twin. */
  readonly adopt: boolean;
  readonly event: (event: StoreEvent) => void;
  /** Descriptors kept open. */
  readonly openFilesMax: number;
  /** Objects kept in memory, some 500 bytes each. */
  readonly rememberedMax: number;
  /** Bytes of a segment of a new journal; by default what suits the file system. */
  readonly segmentBytes?: number;
};

/** An export in use, and what it needs to be closed. */
export type OpenExport = {
  readonly disk: Disk;
  readonly positions: Positions;
  readonly journal: ChangeJournal;
  readonly files: JournalFiles;
  readonly counters: Counters;
  readonly storeId: Uint8Array;
  /** The change that the last process did not end, if it was killed in one. */
  readonly unfinished: Unfinished | undefined;
  /** The host went down: what was not durable may be there nevertheless. */
  readonly leaky: boolean;
  /** Writes down that it ended in order, when `orderly`. */
  close(orderly: boolean): void;
};

/** What is opened on the way, to be closed again when a later step fails. */
class Opened {
  readonly #closes: (() => void)[] = [];

  fd(result: Result<number>): Result<number> {
    if (result.ok) this.#closes.push(() => libc.close(result.value));
    return result;
  }

  own(close: () => void): void {
    this.#closes.push(close);
  }

  close(): void {
    for (let close = this.#closes.pop(); close !== undefined; close = this.#closes.pop()) close();
  }
}

/** Opens an export for use by this process alone. @returns EBUSY and the like, with one clear line. */
export function openExport(options: ExportOptions): Result<OpenExport> {
  const opened = new Opened();
  const result = openAll(options, opened);
  if (!result.ok) opened.close();
  return result;
}

function openAll(options: ExportOptions, opened: Opened): Result<OpenExport> {
  const root = opened.fd(openRoot(options.root));
  if (!root.ok) return root;
  const unused = isUnused(root.value);
  if (unused && !options.adopt && !isEmptyExport(root.value)) {
    return fail(
      "ENOTEMPTY",
      `${options.root} is not empty: a member begins with an empty directory, unless it is the only one`,
    );
  }
  const own = opened.fd(openFolder(root.value, OWN_FOLDER));
  if (!own.ok) return explain(options, own, "its folder .pohmelfs cannot be used");
  const lock = opened.fd(takeLock(own.value));
  if (!lock.ok) return explain(options, lock, "it is in use");
  const format = readFormat(own.value);
  if (!format.ok) return explain(options, format, "its .pohmelfs/format cannot be used");
  const marks = openMarks(own.value, opened);
  if (!marks.ok) return explain(options, marks, "its .pohmelfs/marks cannot be used");
  const older = format.value.version === FORMAT_VERSION_BEFORE;
  const taken = older ? beginUpgrade(own.value, marks.value.marks) : ok(undefined);
  if (!taken.ok) return explain(options, taken, "its .pohmelfs/format cannot be used");
  const parts = openParts(options, opened, root.value, own.value, marks.value);
  if (!parts.ok) return explain(options, parts, "its folder .pohmelfs cannot be used");
  const upgraded = older ? takeOver(own.value, parts.value, format.value) : ok(undefined);
  if (!upgraded.ok) return explain(options, upgraded, "its folder .pohmelfs is of version 1 and cannot be written");
  return start(options, opened, parts.value, format.value);
}

/** Killed before the format is written, it is of version 1 still, and closed in order. */
function takeOver(own: number, { disk, files, marks }: Parts, { storeId }: Format): Result<void> {
  const upgraded = upgrade(own, disk, files, marks ?? FIRST_MARKS, storeId);
  if (!upgraded.ok) return upgraded;
  const written = writeFormat(own, storeId);
  if (!written.ok) return written;
  endUpgrade(own);
  disk.event({ kind: "upgraded", from: FORMAT_VERSION_BEFORE });
  return ok(undefined);
}

function explain(options: ExportOptions, failure: Failure, what: string): Failure {
  const why = failure.because === undefined ? failure.errno : `${failure.because}`;
  return fail(failure.errno, `${options.root} cannot be exported: ${what}: ${why}`);
}

/** Never an export: neither our folder nor our number on it. */
const isUnused = (root: number): boolean => new Stat().at(root, cstring(OWN_FOLDER)) < 0 && markOf(root) === undefined;

function readFormat(own: number): Result<Format> {
  const text = readText(own, FORMAT_FILE);
  if (!text.ok) return text;
  return text.value === undefined ? writeFormat(own) : parseFormat(text.value);
}

function openMarks(own: number, opened: Opened): Result<MarksFile> {
  const fd = opened.fd(openFile(own, "marks"));
  return fd.ok ? MarksFile.read(fd.value) : fd;
}

type Parts = {
  readonly disk: Disk;
  readonly files: JournalFiles;
  readonly counters: Counters;
  /** As they were found. */
  readonly marks: Marks | undefined;
  /** The index had to be begun anew. */
  readonly indexLost: boolean;
  /** All numbers count as given out until the marks are known. */
  readonly knowing: { marks: boolean };
};

function openParts(options: ExportOptions, opened: Opened, root: number, own: number, file: MarksFile): Result<Parts> {
  const indexLost = new Stat().at(own, cstring("index")) < 0;
  const index = openFolder(own, "index");
  if (!index.ok) return index;
  const objectIndex = new ObjectIndex(index.value);
  opened.own(() => objectIndex.close());
  const orphans = opened.fd(openFolder(own, "orphans"));
  if (!orphans.ok) return orphans;
  const drift = opened.fd(openFolder(own, "drift"));
  if (!drift.ok) return drift;
  const folder = openFolder(own, "journal");
  if (!folder.ok) return folder;
  const files = JournalFiles.open(folder.value, options.segmentBytes);
  if (!files.ok) return files;
  opened.own(() => files.value.close());
  const open = new OpenObjects(root, options.openFilesMax);
  opened.own(() => open.closeAll());
  const stat = new Stat();
  stat.of(root);
  const counters = new Counters(file);
  const knowing = { marks: false };
  const disk: Disk = {
    root,
    mount: stat.mount,
    orphans: orphans.value,
    drift: drift.value,
    objects: new Objects(objectIndex, open, options.rememberedMax),
    room: new Room(root),
    identity: new Identity(),
    stat,
    run: counters.run + 1,
    driftCount: 0,
    orphaned: new Set(),
    isGiven: (oid) => !knowing.marks || counters.isGiven(oid),
    surplus: false,
    event: options.event,
  };
  return ok({ disk, files: files.value, counters, marks: file.marks, indexLost, knowing });
}

/**
 * Which start of the host this is. A service's unit tells it, since its sandbox hides the kernel's file (ProcSubset=); with
 * dashes or without, it is the same.
 */
const bootId = (): string =>
  (process.env["POHMELFS_BOOT_ID"] ?? readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()).replaceAll(
    "-",
    "",
  );

/** Brings files and index up to what the journal says, counts the start, and lets go. */
function start(options: ExportOptions, opened: Opened, parts: Parts, format: Format): Result<OpenExport> {
  const { disk, files, counters, marks } = parts;
  const boot = bootId();
  const leaky = marks !== undefined && !marks.closed && marks.boot !== boot;
  const replay = readJournal(files, format.storeId, marks === undefined || marks.boot !== boot);
  if (!replay.ok) return explain(options, replay, "its journal, .pohmelfs/journal, cannot be used");
  const { positions, unfinished } = replay.value;
  const recovered = recover({ ...parts, boot, adopt: options.adopt, replay: replay.value });
  if (!recovered.ok) return explain(options, recovered, "its root cannot be numbered");
  const begun = counters.begin(boot, recovered.value);
  if (!begun.ok) return explain(options, begun, "its .pohmelfs/marks cannot be written");
  disk.surplus = leaky && replay.value.objects !== undefined && !parts.indexLost;
  for (const oid of readOrphans(disk)) disk.orphaned.add(oid);
  const journal = beginJournal(parts, format, replay.value, marks?.boot === boot);
  if (!journal.ok) return explain(options, journal, "its files cannot be written");
  files.forget();
  let closed = false;
  const close = (orderly: boolean): void => {
    if (closed) return;
    closed = true;
    if (orderly) {
      disk.objects.open.closeAll();
      if (journal.value.finish()) counters.close(disk.objects.count);
    }
    opened.close();
  };
  return ok({
    disk,
    positions,
    journal: journal.value,
    files,
    counters,
    storeId: format.storeId,
    unfinished,
    leaky,
    close,
  });
}

/**
 * Goes on with the journal. After a kill its segments are kept until the next checkpoint, so that the start does not wait
 * for the disk; else, or with little place left, what was replayed is made durable here and now.
 */
function beginJournal(parts: Parts, format: Format, replay: Replay, sameBoot: boolean): Result<ChangeJournal> {
  const { disk, files } = parts;
  const apart = new ApartFiles(disk);
  const keep = sameBoot && replay.changes > 0 && canKeep(replay.chain, files.slots);
  if (keep) for (const oid of replay.unflushed) apart.add(oid);
  const settled = keep ? 0 : settle(disk, files, replay);
  if (settled < 0) return fail(errnoName(-settled));
  const begin = startAfter(replay.chain, files.slots, format.storeId, keep);
  return ok(new ChangeJournal(files, disk.objects, replay.positions, apart, begin));
}

/** What was replayed is made durable, and the old segments need not be kept. @returns 0 or -errno. */
function settle(disk: Disk, files: JournalFiles, { changes }: Replay): number {
  if (changes === 0) return 0;
  let worst = 0;
  const sync = (): void => files.syncAll((result) => (worst = Math.min(worst, result)));
  // The index must not know more than what is durable.
  sync();
  disk.objects.index.settling()();
  sync();
  return worst;
}
