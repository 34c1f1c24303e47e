import { S_IFDIR } from "../../core/attributes.ts";
import { type Oid, ROOT_OID } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { AT_EMPTY_PATH } from "../../sys/constants.ts";
import type { Disk } from "./disk.ts";
import { handleKey, readHandle } from "./file-handle.ts";
import type { JournalFiles } from "./journal-files.ts";
import { setMark } from "./mark-xattr.ts";
import type { Marks } from "./marks.ts";
import { redo } from "./redo.ts";
import type { Replay } from "./replay.ts";
import { walkExport } from "./walk.ts";

/** What is found when an export is opened. */
export type Found = {
  readonly disk: Disk;
  readonly files: JournalFiles;
  /** What the journal says. */
  readonly replay: Replay;
  /** The index had to be begun anew. */
  readonly indexLost: boolean;
  /** All numbers count as given out until the marks are known. */
  readonly knowing: { marks: boolean };
  /** Undefined at the first use, or where they were lost. */
  readonly marks: Marks | undefined;
  /** Of the host now. */
  readonly boot: string;
  readonly adopt: boolean;
};

/** A forced view skips as many (rule L6); where the marks were lost nobody knows what was given out. */
const OIDS_SKIPPED = 2 ** 32;
const EMPTY = Buffer.alloc(1);

/**
 * Does what the end of the last process left to do. After an orderly one, nothing. After a kill the files are right, and the
 * journal tells the index. After the end of the host it tells the files, too. Without it, or without an index, the index is
 * made anew from the files.
 *
 * @returns From which number on objects are to be numbered.
 */
export function recover(found: Found): Result<number> {
  const { disk, files, indexLost, knowing, marks, boot, replay } = found;
  // Before anything is read from the index.
  for (const [oid, record] of replay.records) disk.objects.index.pending.put(oid, record);
  const rooted = numberRoot(disk);
  if (rooted < 0) return fail(errnoName(-rooted));
  if (replay.changes > 0 && marks?.boot !== boot) {
    const redone = redo(disk, files, replay);
    if (!redone.ok) return redone;
    disk.event({ kind: "replayed", changes: replay.changes });
  }
  knowing.marks = marks !== undefined;
  const sound = marks !== undefined && !indexLost && replay.objects !== undefined;
  if (sound) disk.objects.count = replay.objects;
  const next = sound ? marks.oids : rebuild(found);
  knowing.marks = true;
  return ok(next);
}

/** The root has its number and its record. @returns 0 or -errno. */
function numberRoot(disk: Disk): number {
  const { objects, stat } = disk;
  const length = readHandle(disk.root, EMPTY, AT_EMPTY_PATH);
  if (length < 0) return length;
  const key = handleKey(length);
  const known = objects.get(ROOT_OID);
  if (known?.key === key) return 0;
  const marked = setMark(disk.root, ROOT_OID);
  if (marked < 0) return marked;
  if (known !== undefined) {
    objects.rebind(known, key);
    return 0;
  }
  const failed = stat.of(disk.root);
  if (failed < 0) return failed;
  const entry = objects.add(ROOT_OID, S_IFDIR, key);
  entry.version = 1;
  entry.ctimeSec = stat.ctime.sec;
  entry.ctimeNsec = stat.ctime.nsec;
  objects.index.write(entry);
  return 0;
}

/** Makes the index anew from the export. @returns The next number. */
function rebuild({ disk, indexLost, marks, adopt }: Found): number {
  const found = walkExport(disk, undefined);
  let next = marks?.oids ?? (found.oidMax > ROOT_OID ? found.oidMax + OIDS_SKIPPED : 2);
  disk.objects.count = found.objects;
  if (marks !== undefined || found.objects > 1) {
    const because = indexLost ? "there was no index" : "there was no journal";
    disk.event({ kind: "rebuilt", because, objects: found.objects, drift: found.drift });
  }
  if (marks !== undefined || !adopt) return next;
  const draw = (): Oid => {
    next += 1;
    return (next - 1) as Oid;
  };
  const adopted = walkExport(disk, draw);
  disk.objects.count = adopted.objects;
  if (adopted.adopted > 0) disk.event({ kind: "adopted", objects: adopted.adopted });
  return next;
}
