import * as zlib from "node:zlib";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";
import type { Done, JournalDisk } from "../core/journal.ts";
import type { JournalFiles as FilesToRead } from "../core/journal-chain.ts";
import { RECORDS_AT, SEGMENT_BYTES_MIN, type Sum } from "../core/journal-layout.ts";
import { crc32 } from "./crc32.ts";
import { MappedWindow } from "./mapped-window.ts";
import { openFile } from "./own-folder.ts";
import { Room } from "./room.ts";
import { Stat } from "./stat.ts";
import type { SyncJob, SyncWorkers } from "./sync-workers.ts";

/** zlib's own is many times as fast; Node has it since 20.15. */
export const journalSum: Sum =
  typeof zlib.crc32 === "function" ? (bytes) => zlib.crc32(bytes) : (bytes) => crc32(bytes, 0, bytes.length);

/** Two to be written in turn, one while those are let go of, one for the next start. */
const SLOTS = 4;
const SEGMENT_BYTES_MAX = 32 * 1_048_576;
/**
 * So much is filled with zero bytes ahead of what is written for the first time: else each commit would also have to wait
 * for the file system's own journal, as space that was only taken becomes space with something in it.
 */
const FILL_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(FILL_BYTES);
/** A commit of so much is over as soon as the disk has answered. */
const SMALL_BYTES = 131_072;
/** lseek(2), linux/fs.h. */
const SEEK_HOLE = 4;
/** A segment is at most this part of its file system: on small ones the journal must leave room. */
const PART = 128;

/**
 * The files of a journal, `.pohmelfs/journal/0` and so on. Their space is taken when they are made, so no change is
 * refused, or left half-done, for want of it; removals find room on a full disk.
 */
export class JournalFiles implements FilesToRead, JournalDisk {
  readonly #folder: number;
  readonly #fds: readonly number[];
  readonly #sizes: readonly number[];
  /** How far each was ever written. */
  readonly #filled: number[];
  readonly #window: MappedWindow;
  /** Bytes written to each since it was flushed last. */
  readonly #unsynced: number[];
  #memory: Buffer | undefined;
  /** Who waits for the disk; without them this thread does. */
  workers: SyncWorkers | undefined;

  private constructor(folder: number, fds: readonly number[], sizes: readonly number[]) {
    this.#folder = folder;
    this.#fds = fds;
    this.#sizes = sizes;
    this.#filled = fds.map((fd) => Math.max(0, libc.lseek(fd, 0, SEEK_HOLE)));
    this.#window = new MappedWindow(folder);
    this.#unsynced = fds.map(() => 0);
  }

  /**
   * @param folder A descriptor of `.pohmelfs/journal`, owned by this from now on; closed when this fails.
   * @param bytes Of a segment that is not there yet; by default what suits the file system.
   * @returns ENOSPC where there is no room for them.
   */
  static open(folder: number, bytes?: number): Result<JournalFiles> {
    const fds: number[] = [];
    const sizes: number[] = [];
    const give = (failure: Result<never>): Result<never> => {
      for (const fd of [...fds, folder]) libc.close(fd);
      return failure;
    };
    const size = bytes ?? segmentBytes(folder);
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const fd = openFile(folder, String(slot));
      if (!fd.ok) return give(fd);
      fds.push(fd.value);
      const has = prepare(fd.value, size);
      if (has < 0) {
        const because = `there is no room for its journal, ${Math.ceil((SLOTS * size) / 1_048_576)} MiB`;
        return give(fail(errnoName(-has), because));
      }
      sizes.push(has);
    }
    libc.fsync(folder);
    return ok(new JournalFiles(folder, fds, sizes));
  }

  get slots(): number {
    return SLOTS;
  }

  bytesOf(slot: number): number {
    return this.#sizes[slot] as number;
  }

  head(slot: number): Result<Buffer> {
    return this.#readInto(slot, Buffer.alloc(RECORDS_AT), RECORDS_AT);
  }

  read(slot: number): Result<Buffer> {
    const size = this.bytesOf(slot);
    if (this.#memory === undefined || this.#memory.length < size) this.#memory = Buffer.allocUnsafeSlow(size);
    return this.#readInto(slot, this.#memory, size);
  }

  /** Nothing is read any more. */
  forget(): void {
    this.#memory = undefined;
  }

  write(slot: number, offset: number, bytes: Uint8Array): void {
    const fd = this.#fds[slot] as number;
    this.#unsynced[slot] = (this.#unsynced[slot] as number) + bytes.length;
    const filled = this.#filled[slot] as number;
    if (offset + bytes.length > filled) {
      const to = Math.min(this.bytesOf(slot), offset + bytes.length + FILL_BYTES);
      for (let at = filled; at < to; at += FILL_BYTES) libc.pwrite(fd, ZEROS, Math.min(FILL_BYTES, to - at), at);
      this.#filled[slot] = to;
    }
    if (this.#window.write(fd, this.bytesOf(slot), offset, bytes)) return;
    const done = libc.pwrite(fd, bytes, bytes.length, offset);
    if (done !== bytes.length) {
      throw new Error(`the journal cannot be written: ${done < 0 ? errnoName(-done) : "cut short"}`);
    }
  }

  sync(slot: number, done: Done): void {
    const small = (this.#unsynced[slot] as number) <= SMALL_BYTES;
    this.#unsynced[slot] = 0;
    this.#call({ call: "fdatasync", fd: this.#fds[slot] as number, small }, done);
  }

  syncAll(done: Done): void {
    this.#call({ call: "syncfs", fd: this.#folder }, done);
  }

  close(): void {
    this.#window.close();
    for (const fd of this.#fds) libc.close(fd);
    libc.close(this.#folder);
  }

  #call(job: SyncJob, done: Done): void {
    // With thousands of calls waiting, whoever asks for more waits for the disk: so does everybody.
    if (this.workers?.submit(job, done) !== true) done(libc[job.call](job.fd));
  }

  #readInto(slot: number, into: Buffer, bytes: number): Result<Buffer> {
    const address = addressOf(into);
    for (let at = 0; at < bytes; ) {
      const got = libc.pread(this.#fds[slot] as number, address + at, bytes - at, at);
      if (got <= 0) return fail(got < 0 ? errnoName(-got) : "EUCLEAN", `segment ${slot} cannot be read`);
      at += got;
    }
    return ok(into.subarray(0, bytes));
  }
}

function segmentBytes(folder: number): number {
  const space = new Room(folder).space();
  const all = typeof space === "number" ? 0 : space.blocks * space.blockSize;
  const part = Math.floor(all / PART / SEGMENT_BYTES_MIN) * SEGMENT_BYTES_MIN;
  return Math.min(Math.max(part, SEGMENT_BYTES_MIN), SEGMENT_BYTES_MAX);
}

/** Takes the space of a segment, unless it has it already. @returns Its bytes, or -errno. */
function prepare(fd: number, bytes: number): number {
  const stat = new Stat();
  const failed = stat.of(fd);
  if (failed < 0) return failed;
  if (stat.size >= SEGMENT_BYTES_MIN) return stat.size;
  const taken = libc.fallocate(fd, 0, 0, bytes);
  if (taken === 0) return bytes;
  // Not every file system can take space beforehand: writing does.
  const written = errnoName(-taken) === "EOPNOTSUPP" ? libc.pwrite(fd, Buffer.alloc(bytes), bytes, 0) : taken;
  if (written === bytes) return bytes;
  libc.ftruncate(fd, 0);
  return written < 0 ? written : -28;
}
