import { fstatSync, statSync } from "node:fs";
import { AT_FDCWD, LOCK_EX, LOCK_NB, O_CLOEXEC, O_CREAT, O_NOFOLLOW, O_RDWR, SEEK_END } from "../sys/constants.ts";
import { libc } from "../sys/libc.ts";
import { addressOf, cstring, IoVector, readU64, viewOf, write64 } from "../sys/memory.ts";
import { ERRNO, errnoName } from "../core/errno.ts";
import { fail, ok, type Result } from "../core/result.ts";

/**
 * A file of records that come and go, each written at once: when this process is killed, the next finds each record whole
 * or not at all. It lies in memory (/run), so nothing is synced; a record costs one pwrite(2), one that goes another.
 *
 * The file is a row of pieces that begin at multiples of 4096: the first is the head; each of the others holds slots of
 * one size and kind, of 64 bytes or a larger power of two. A slot: size u32, kind u16, state u16 (0 being written, 1 live,
 * 2 freed), length u32, zero u32, stamp u64, then the record.
 */
export type SlotFile = {
  /** @returns Where it was put, for {@link SlotFile.free}; or -errno. Its pieces may be views. */
  put(kind: number, pieces: readonly Uint8Array[]): number;
  /** Writes over some bytes of a record. @param at The first of them. */
  patch(slot: number, at: number, bytes: Uint8Array): void;
  free(slot: number): void;
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
  /** Else what it says is over: it was freed, or never written to its end. */
  readonly isLive: boolean;
  readonly isTorn: boolean;
  readonly bytes: Buffer;
};

const PIECE = 4_096;
const SLOT_LEAST = 64;
const HEAD = 24;
const MAGIC = Buffer.from("pohmelfs kept state 1\n");
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
  /** Kind and size → slots to be used again. */
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  readonly #scratch = Buffer.allocUnsafeSlow(PIECE);
  readonly #view = viewOf(this.#scratch);
  readonly #address = addressOf(this.#scratch);
  readonly #pieces = new IoVector(8);
  #end: number;
  #stamp: number;

  constructor(
    fd: number,
    end: number,
    records: readonly Record[],
    slots: readonly (readonly [number, number, number])[],
  ) {
    this.#fd = fd;
    this.#end = end;
    this.#stamp = records.reduce((most, { stamp }) => Math.max(most, stamp), 0);
    const live = new Set(records.filter(({ isLive }) => isLive).map(({ slot }) => slot));
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
    this.#stamp += 1;
    this.#head({ size, kind, live: size <= PIECE, length: bytes });
    // Within one page nothing comes between the bytes; larger ones count only when they are whole.
    const written = size <= PIECE ? this.#writeSmall(slot, bytes, pieces) : this.#writeLarge(slot, bytes, pieces);
    return written < 0 ? written : slot;
  }

  #head({ size, kind, live, length }: { size: number; kind: number; live: boolean; length: number }): void {
    this.#view.setUint32(0, size, true);
    this.#view.setUint16(4, kind, true);
    this.#view.setUint16(STATE_AT, live ? STATE.live : STATE.torn, true);
    this.#view.setUint32(8, length, true);
    this.#view.setUint32(12, 0, true);
    write64(this.#view, 16, this.#stamp);
  }

  #writeSmall(slot: number, bytes: number, pieces: readonly Uint8Array[]): number {
    let at = HEAD;
    for (const piece of pieces) {
      this.#scratch.set(piece, at);
      at += piece.byteLength;
    }
    return this.#checked(libc.pwrite(this.#fd, this.#address, HEAD + bytes, slot), HEAD + bytes);
  }

  #writeLarge(slot: number, bytes: number, pieces: readonly Uint8Array[]): number {
    this.#pieces.set(0, this.#address, HEAD);
    for (const [at, piece] of pieces.entries()) this.#pieces.set(at + 1, addressOf(piece), piece.byteLength);
    const done = libc.pwritev2(this.#fd, this.#pieces.address, pieces.length + 1, slot, 0);
    if (this.#checked(done, HEAD + bytes) < 0) return done < 0 ? done : -ERRNO.ENOSPC.number;
    return this.#checked(libc.pwrite(this.#fd, LIVE, 2, slot + STATE_AT), 2);
  }

  /** A full file system writes less. */
  #checked(done: number, wanted: number): number {
    return done === wanted ? done : done < 0 ? done : -ERRNO.ENOSPC.number;
  }

  #take(pool: number, size: number): number {
    const free = this.#pool(pool);
    const known = free.pop();
    if (known !== undefined) return known;
    const first = this.#end;
    this.#end += Math.max(PIECE, size);
    // The first one of a piece is used first: it says what the others are.
    for (let slot = first; slot < this.#end; slot += size) this.#sizes.set(slot, pool);
    for (let slot = this.#end - size; slot > first; slot -= size) free.push(slot);
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
    libc.pwrite(this.#fd, bytes, bytes.byteLength, slot + HEAD + at);
  }

  free(slot: number): void {
    const pool = this.#sizes.get(slot);
    if (pool === undefined) return;
    libc.pwrite(this.#fd, FREED, 2, slot + STATE_AT);
    this.#pool(pool).push(slot);
  }

  liesAt(path: string): boolean {
    const [there, here] = [statSync(path, { throwIfNoEntry: false }), fstatSync(this.#fd)];
    return there !== undefined && there.ino === here.ino && there.dev === here.dev;
  }

  close(): void {
    libc.close(this.#fd);
  }
}

/** What is found in the text of such a file: its records, all slots (place, kind, size), and where it ends. */
function read(text: Buffer): {
  readonly records: readonly Record[];
  readonly slots: readonly (readonly [number, number, number])[];
  readonly end: number;
} {
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
      if (length > size - HEAD) continue;
      const bytes = text.subarray(slot + HEAD, slot + HEAD + length);
      const state = view.getUint16(slot + STATE_AT, true);
      const stamp = readU64(view, slot + 16);
      records.push({ slot, kind, stamp, isLive: state === STATE.live, isTorn: state === STATE.torn, bytes });
    }
    at = next;
  }
  return { records, slots, end: at };
}

/** @returns The records in the text of such a file; none where it is something else. */
export const readSlotFile = (text: Buffer): readonly Record[] => (isOurs(text) ? read(text).records : []);

const isOurs = (text: Buffer): boolean => text.subarray(0, MAGIC.length).equals(MAGIC);

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
 * @returns It, and the records that are in it; EAGAIN while another process has it.
 */
export function openSlotFile(path: string): Result<{ readonly file: SlotFile; readonly records: readonly Record[] }> {
  const name = cstring(Buffer.from(path).toString("latin1"));
  const fd = libc.openat(AT_FDCWD, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600);
  if (fd < 0) return fail(errnoName(-fd), `${path}: ${errnoName(-fd)}`);
  if (libc.flock(fd, LOCK_EX | LOCK_NB) < 0) {
    libc.close(fd);
    return fail("EAGAIN", `${path}: another process has it`);
  }
  const text = readAll(fd);
  const { records, slots, end } = isOurs(text) ? read(text) : { records: [], slots: [], end: PIECE };
  if (!isOurs(text)) {
    libc.ftruncate(fd, 0);
    libc.pwrite(fd, MAGIC, MAGIC.length, 0);
  }
  return ok({ file: new OpenSlotFile(fd, end, records, slots), records });
}
