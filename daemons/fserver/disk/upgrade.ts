import { clientId } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { AT_REMOVEDIR } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";
import { startAfter } from "../core/journal-chain.ts";
import { type OutcomeOf, OUTCOMES, Positions } from "../core/positions.ts";
import { ApartFiles } from "./apart-files.ts";
import { ChangeJournal } from "./change-journal.ts";
import { DirectoryReader } from "./directory-names.ts";
import type { Disk } from "./disk.ts";
import type { JournalFiles } from "./journal-files.ts";
import type { Marks } from "./marks.ts";
import { openFile, openFolder } from "./own-folder.ts";

const SESSIONS = "sessions";
/** u64 sequence, u16 errno, u48 count: a ring of OUTCOMES of them is the file of a session in version 1. */
const OUTCOME_BYTES = 16;

/**
 * Whether an export of version 1 can be taken over: when it was closed in order its index is right as it is. Its journal of
 * one page says nothing then, and goes. Until the format is written, its files are otherwise as they were.
 *
 * @returns EPROTO, with what to do.
 */
export function beginUpgrade(own: number, marks: Marks | undefined): Result<void> {
  if (marks?.closed !== true) {
    const because =
      "it is of version 1, and was not closed in order; start the fserver that wrote it once more, and stop it: then this one can go on";
    return fail("EPROTO", because);
  }
  // A folder, which cannot be unlinked, is of a start that did not come to its end.
  libc.unlinkat(own, cstring("journal"), 0);
  return ok(undefined);
}

/** Begins the journal with what version 1 had in its files of sessions; durable when this returns. */
export function upgrade(own: number, disk: Disk, files: JournalFiles, marks: Marks, store: Uint8Array): Result<void> {
  const folder = openFolder(own, SESSIONS);
  if (!folder.ok) return folder;
  const positions = new Positions();
  for (const name of namesIn(folder.value)) readSession(folder.value, name, positions);
  libc.close(folder.value);
  disk.objects.count = marks.objects;
  const begin = startAfter({ segments: [], end: 0, newest: 0, durable: 0, written: [] }, files.slots, store, false);
  new ChangeJournal(files, disk.objects, positions, new ApartFiles(disk), begin);
  return ok(undefined);
}

/** Removes what only version 1 knows. */
export function endUpgrade(own: number): void {
  const folder = openFolder(own, SESSIONS);
  if (!folder.ok) return;
  for (const name of namesIn(folder.value)) libc.unlinkat(folder.value, cstring(name), 0);
  libc.close(folder.value);
  libc.unlinkat(own, cstring(SESSIONS), AT_REMOVEDIR);
}

function namesIn(folder: number): readonly string[] {
  const names: string[] = [];
  new DirectoryReader().read(folder, 0, ({ name }) => names.push(name) > 0);
  return names;
}

function readSession(folder: number, name: string, positions: Positions): void {
  const fd = openFile(folder, name);
  if (!fd.ok) return;
  const ring = Buffer.alloc(OUTCOMES * OUTCOME_BYTES);
  libc.pread(fd.value, addressOf(ring), ring.length, 0);
  libc.close(fd.value);
  const seqAt = (at: number): number => Number(ring.readBigUInt64LE(at));
  const known: OutcomeOf[] = [];
  for (let at = 0; at < ring.length; at += OUTCOME_BYTES) {
    const outcome = { seq: seqAt(at), errno: ring.readUInt16LE(at + 8), count: ring.readUIntLE(at + 10, 6) };
    if (outcome.seq > 0) known.push(outcome);
  }
  known.sort((a, b) => a.seq - b.seq);
  const { seq: from } = known[0] ?? { seq: 1 };
  const { seq: position } = known.at(-1) ?? { seq: 0 };
  const failed = known.filter(({ errno, count }) => errno !== 0 || count !== 0);
  positions.register(clientId(Number(name)), from, position, failed);
}
