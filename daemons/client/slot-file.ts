import { fstatSync, statSync } from "node:fs";
import { AT_FDCWD, LOCK_EX, LOCK_NB, O_CLOEXEC, O_CREAT, O_NOFOLLOW, O_RDWR, SEEK_END } from "../sys/constants.ts";
import { libc } from "../sys/libc.ts";
import { addressOf, cstring, readU64, viewOf, write64 } from "../sys/memory.ts";
import { SharedFile } from "../sys/shared-file.ts";
import { errnoName } from "../core/errno.ts";
import { fail, ok, type Result } from "../core/result.ts";

/**
 * A file of records that come and go, and two numbers, each written at once: when this process is killed, the next finds
 * each record whole or not at all. It lies in memory (/run) and is mapped, so nothing is synced, and a record costs a copy.
 *
 * The file is a row of pieces that begin at multiples of 4096: the first is the head; each of the others holds slots of
 * one size and kind, of 64 bytes or a larger power of two. A slot: size u32, kind u16, state u16 (0 being written, 1 live,
 * 2 freed), length u32, zero u32, stamp u64, then the record. Its state is written last, and is all that makes it count.
 */
export type SlotFile = {
  /** @returns Where it was put, for {@link SlotFile.free}; or -errno. Its pieces may be views. */
  put(kind: number, pieces: readonly Uint8Array[]): number;
  /** Writes over some bytes of a record: at once where they are 8 or less, and do not cross a multiple of 8. */
  patch(slot: number, at: number, bytes: Uint8Array): void;
  free(slot: number): void;
  /** Sets one of the two numbers. */
  number(which: 0 | 1, value: number): void;
  /** Whether it is this file that has that path. */
  liesAt(path: string): boolean;
  close(): void;
};

/** A record that was found. */
export type Record = {
  readonly slot: number;
  readonly kind: number;
  /** Of two with the same meaning, the higher one is newer. */
  readonly stamp: number;
  readonly bytes: Buffer;
};

/** What such a file says. */
export type Slots = { readonly records: readonly Record[]; readonly numbers: readonly [number, number] };

const PIECE = 4_096;
const SLOT_LEAST = 64;
const HEAD = 24;
const MAGIC = Buffer.from("pohmelfs kept state 2\n");
const NUMBERS_AT = [32, 40] as const;
const STATE_AT = 6;
const STATE = { torn: 0, live: 1, freed: 2 } as const;

const FREED = Buffer.from([STATE.freed, 0]);
const LIVE = Buffer.from([STATE.live, 0]);

function slotBytes(bytes: number): number {
  let size = SLOT_LEAST;
  while (size < bytes + HEAD) size *= 2;
  return size;
}

class OpenSlotFile implements SlotFile {
  readonly #fd: number;
  readonly #shared: SharedFile;
  /** Kind and size → slots to be used again. */
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  readonly #scratch = Buffer.allocUnsafeSlow(PIECE);
  readonly #view = viewOf(this.#scratch);
  readonly #address = addressOf(this.#scratch);
  readonly #live = addressOf(LIVE);
  readonly #freed = addressOf(FREED);
  #end: number;
  #stamp: number;

  constructor(fd: number, shared: SharedFile, { records, slots, end }: Found) {
    this.#fd = fd;
    this.#shared = shared;
    this.#end = end;
    this.#stamp = records.reduce((most, { stamp }) => Math.max(most, stamp), 0);
    const live = new Set(records.map(({ slot }) => slot));
    for (const [slot, kind, size] of slots) {
      this.#sizes.set(slot, size * 64 + kind);
      if (!live.has(slot)) this.#pool(size * 64 + kind).push(slot);
    }
  }

  put(kind: number, pieces: readonly Uint8Array[]): number {
    let bytes = 0;
    for (const piece of pieces) bytes += piece.byteLength;
    const size = slotBytes(bytes);
    const slot = this.#take(size * 64 + kind, size);
    if (slot < 0) return slot;
    this.#stamp += 1;
    this.#head(size, kind, bytes);
    this.#fill(slot, pieces);
    this.#shared.put(slot + STATE_AT, this.#live, 2);
    return this.#shared.failure < 0 ? this.#shared.failure : slot;
  }

  #head(size: number, kind: number, length: number): void {
    this.#view.setUint32(0, size, true);
    this.#view.setUint16(4, kind, true);
    this.#view.setUint16(STATE_AT, STATE.torn, true);
    this.#view.setUint32(8, length, true);
    this.#view.setUint32(12, 0, true);
    write64(this.#view, 16, this.#stamp);
  }

  /** Small pieces go together: to cross into native code costs more than to copy them. */
  #fill(slot: number, pieces: readonly Uint8Array[]): void {
    let from = slot;
    let gathered = HEAD;
    for (const piece of pieces) {
      if (gathered + piece.byteLength <= PIECE) {
        this.#scratch.set(piece, gathered);
        gathered += piece.byteLength;
        continue;
      }
      this.#shared.put(from, this.#address, gathered);
      this.#shared.put(from + gathered, piece, piece.byteLength);
      from += gathered + piece.byteLength;
      gathered = 0;
    }
    if (gathered > 0) this.#shared.put(from, this.#address, gathered);
  }

  /** @returns A slot; or -errno where the file cannot grow. */
  #take(pool: number, size: number): number {
    const free = this.#pool(pool);
    const known = free.pop();
    if (known !== undefined) return known;
    const first = this.#end;
    const end = first + Math.max(PIECE, size);
    const reached = this.#shared.reach(end);
    if (reached < 0) return reached;
    this.#end = end;
    // The first one of a piece is used first: it says what the others are.
    for (let slot = first; slot < end; slot += size) this.#sizes.set(slot, pool);
    for (let slot = end - size; slot > first; slot -= size) free.push(slot);
    return first;
  }

  #pool(pool: number): number[] {
    const found = this.#free.get(pool);
    if (found !== undefined) return found;
    const made: number[] = [];
    this.#free.set(pool, made);
    return made;
  }

  patch(slot: number, at: number, bytes: Uint8Array): void {
    this.#shared.put(slot + HEAD + at, bytes, bytes.byteLength);
  }

  free(slot: number): void {
    const pool = this.#sizes.get(slot);
    if (pool === undefined) return;
    this.#shared.put(slot + STATE_AT, this.#freed, 2);
    this.#pool(pool).push(slot);
  }

  number(which: 0 | 1, value: number): void {
    write64(this.#view, 0, value);
    this.#shared.put(NUMBERS_AT[which], this.#address, 8);
  }

  liesAt(path: string): boolean {
    const [there, here] = [statSync(path, { throwIfNoEntry: false }), fstatSync(this.#fd)];
    return there !== undefined && there.ino === here.ino && there.dev === here.dev;
  }

  close(): void {
    this.#shared.close();
    libc.close(this.#fd);
  }
}

/** What is found in such a file: its live records, all slots (place, kind, size), and where it ends. */
type Found = Slots & { readonly slots: readonly (readonly [number, number, number])[]; readonly end: number };

function read(text: Buffer): Found {
  const records: Record[] = [];
  const slots: [number, number, number][] = [];
  const view = viewOf(text);
  let at = PIECE;
  while (at + HEAD <= text.length) {
    const size = view.getUint32(at, true);
    const kind = view.getUint16(at + 4, true);
    // A piece whose first slot was never written: nothing lies beyond.
    if (size < SLOT_LEAST || (size & (size - 1)) !== 0) break;
    const next = at + Math.max(PIECE, size);
    for (let slot = at; slot < next; slot += size) {
      slots.push([slot, kind, size]);
      if (slot + HEAD > text.length || view.getUint32(slot, true) !== size) continue;
      const length = view.getUint32(slot + 8, true);
      if (length > size - HEAD || view.getUint16(slot + STATE_AT, true) !== STATE.live) continue;
      const bytes = text.subarray(slot + HEAD, slot + HEAD + length);
      records.push({ slot, kind, stamp: readU64(view, slot + 16), bytes });
    }
    at = next;
  }
  return { records, numbers: [readU64(view, NUMBERS_AT[0]), readU64(view, NUMBERS_AT[1])], slots, end: at };
}

const NOTHING: Found = { records: [], numbers: [0, 0], slots: [], end: PIECE };

/** @returns What the text of such a file says; nothing where it is something else. */
export const readSlotFile = (text: Buffer): Slots => (isOurs(text) ? read(text) : NOTHING);

const isOurs = (text: Buffer): boolean => text.length >= PIECE && text.subarray(0, MAGIC.length).equals(MAGIC);

/** @returns The whole file. */
function readAll(fd: number): Buffer {
  const size = libc.lseek(fd, 0, SEEK_END);
  const text = Buffer.allocUnsafeSlow(Math.max(1, size));
  let got = 0;
  while (got < size) {
    const more = libc.pread(fd, text.subarray(got), size - got, got);
    if (more <= 0) break;
    got += more;
  }
  return text.subarray(0, got);
}

/**
 * Opens such a file, or makes it. Nobody else can have it open meanwhile.
 *
 * @returns It, and what it says; EAGAIN while another process has it.
 */
export function openSlotFile(path: string): Result<Slots & { readonly file: SlotFile }> {
  const name = cstring(Buffer.from(path).toString("latin1"));
  const fd = libc.openat(AT_FDCWD, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600);
  if (fd < 0) return fail(errnoName(-fd), `${path}: ${errnoName(-fd)}`);
  const refused = libc.flock(fd, LOCK_EX | LOCK_NB) < 0 ? fail("EAGAIN", `${path}: another process has it`) : undefined;
  const opened = refused ?? openLocked(fd, path);
  if (!opened.ok) libc.close(fd);
  return opened;
}

function openLocked(fd: number, path: string): Result<Slots & { readonly file: SlotFile }> {
  const text = readAll(fd);
  const found = isOurs(text) ? read(text) : NOTHING;
  const shared = new SharedFile(fd);
  if (found === NOTHING) libc.ftruncate(fd, 0);
  const reached = shared.reach(found.end);
  if (reached < 0) return fail(errnoName(-reached), `${path}: ${errnoName(-reached)}`);
  if (found === NOTHING) shared.put(0, MAGIC, MAGIC.length);
  const { records, numbers } = found;
  return ok({ file: new OpenSlotFile(fd, shared, found), records, numbers });
}
