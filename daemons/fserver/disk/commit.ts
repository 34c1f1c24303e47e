import type { ClientId } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";
import { crc32 } from "./crc32.ts";
import type { ObjectEntry } from "./entry.ts";
import { encodeRecord, RECORD_BYTES } from "./index-record.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { Sessions } from "./sessions.ts";

/**
 * The first page of the journal, little-endian, tells the change that ended last:
 *
 *     0  u32 checksum of what follows      24 u16 errno
 *     4  u32 bytes in all                  26 u16 records
 *     8  u64 client                        28 u64 bytes copied
 *     16 u64 sequence                      36 u64 objects there are
 *     44 the records: u64 oid and an index record each
 *
 * The second tells the change that began last: u32 checksum, u32 nothing, u64 client, u64 sequence.
 */
export const PAGE_BYTES = 4_096;
const HEADER_BYTES = 44;
const EFFECT_BYTES = 8 + RECORD_BYTES;
const EFFECTS_MAX = Math.floor((PAGE_BYTES - HEADER_BYTES) / EFFECT_BYTES);
const BEGUN_BYTES = 24;
const JOURNAL_BYTES = 2 * PAGE_BYTES;
const HIGH = 2 ** 32;

function put64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value >>> 0, at);
  into.writeUInt32LE(Math.floor(value / HIGH), at + 4);
}
const get64 = (from: Buffer, at: number): number => from.readUInt32LE(at + 4) * HIGH + from.readUInt32LE(at);

/** A change that perhaps was applied. */
export type Doubtful = { readonly client: ClientId; readonly seq: number };

/**
 * The journal. Makes the end of a change one step: what it does to the index and to the positions is written as a whole to the
 * journal, in one write within one page, and from there to its places. Wherever the process is killed, the change is
 * either wholly remembered, or not at all; then it is in doubt, and done once more, with care, when the client sends it
 * again. Which one that is was written when it began.
 *
 * A page for each is enough, as a change is at its places before the next begins.
 */
export class Commit {
  readonly #fd: number;
  readonly #page = Buffer.alloc(JOURNAL_BYTES);
  readonly #address = addressOf(this.#page);
  readonly #begun = Buffer.alloc(BEGUN_BYTES);
  readonly #begunAddress = addressOf(this.#begun);
  readonly #index: ObjectIndex;
  readonly #sessions: Sessions;
  #effects = 0;

  /** @param fd The journal, of JOURNAL_BYTES, owned by this from now on. */
  constructor(fd: number, index: ObjectIndex, sessions: Sessions) {
    this.#fd = fd;
    this.#index = index;
    this.#sessions = sessions;
  }

  /** A change begins that cannot simply be done twice. */
  begin(client: ClientId, seq: number): void {
    put64(this.#begun, 8, client);
    put64(this.#begun, 16, seq);
    this.#begun.writeUInt32LE(crc32(this.#begun, 8, BEGUN_BYTES), 0);
    const done = libc.pwrite(this.#fd, this.#begunAddress, BEGUN_BYTES, PAGE_BYTES);
    if (done !== BEGUN_BYTES) throw new Error(`the journal cannot be written: ${errnoName(-done)}`);
  }

  /** @returns The change that began and did not end, as far as is known. */
  get doubtful(): Doubtful | undefined {
    const begun = this.#begun;
    const got = libc.pread(this.#fd, this.#begunAddress, BEGUN_BYTES, PAGE_BYTES);
    if (got !== BEGUN_BYTES || begun.readUInt32LE(0) !== crc32(begun, 8, BEGUN_BYTES)) return undefined;
    const client = get64(begun, 8) as ClientId;
    const seq = get64(begun, 16);
    return this.#sessions.position(client) === seq - 1 ? { client, seq } : undefined;
  }

  /** Its end begins: what it did is told next. */
  effects(): void {
    this.#effects = 0;
  }

  /** The object is to be remembered as it now is. */
  keep(entry: ObjectEntry): void {
    encodeRecord(entry, this.#page, this.#next(entry) + 8);
  }

  /** The object is gone. */
  erase(entry: ObjectEntry): void {
    const at = this.#next(entry);
    this.#page.fill(0, at + 8, at + EFFECT_BYTES);
  }

  end(client: ClientId, seq: number, errno: number, count: number, objects: number): void {
    const page = this.#page;
    const length = HEADER_BYTES + EFFECT_BYTES * this.#effects;
    page.writeUInt32LE(length, 4);
    put64(page, 8, client);
    put64(page, 16, seq);
    page.writeUInt16LE(errno, 24);
    page.writeUInt16LE(this.#effects, 26);
    put64(page, 28, count);
    put64(page, 36, objects);
    page.writeUInt32LE(crc32(page, 4, length), 0);
    const done = libc.pwrite(this.#fd, this.#address, length, 0);
    if (done !== length) throw new Error(`the journal cannot be written: ${errnoName(-done)}`);
    this.#carryOut();
    this.#sessions.applied(client, seq, errno, count);
  }

  /**
   * Does again what the journal says: the last change that was remembered before the process ended.
   * @returns The count of objects it wrote down, or undefined when there is none.
   */
  replay(): number | undefined {
    const page = this.#page;
    const got = libc.pread(this.#fd, this.#address, PAGE_BYTES, 0);
    const length = got >= HEADER_BYTES ? page.readUInt32LE(4) : 0;
    if (length < HEADER_BYTES || length > got || page.readUInt32LE(0) !== crc32(page, 4, length)) return undefined;
    this.#effects = page.readUInt16LE(26);
    this.#carryOut();
    const client = get64(page, 8) as ClientId;
    const seq = get64(page, 16);
    if (this.#sessions.position(client) === seq - 1) {
      this.#sessions.applied(client, seq, page.readUInt16LE(24), get64(page, 28));
    }
    return get64(page, 36);
  }

  /** Takes the journal's space, so that a full disk cannot keep a change from being remembered. @returns 0 or -errno. */
  static prepare(fd: number): number {
    const page = Buffer.alloc(JOURNAL_BYTES);
    if (libc.pread(fd, addressOf(page), JOURNAL_BYTES, 0) === JOURNAL_BYTES) return 0;
    const done = libc.pwrite(fd, addressOf(page), JOURNAL_BYTES, 0);
    return Math.min(done, 0);
  }

  close(): void {
    libc.close(this.#fd);
  }

  #next(entry: ObjectEntry): number {
    if (this.#effects >= EFFECTS_MAX) throw new Error("a change touches too many objects");
    const at = HEADER_BYTES + EFFECT_BYTES * this.#effects;
    put64(this.#page, at, entry.oid);
    this.#effects += 1;
    return at;
  }

  #carryOut(): void {
    for (let effect = 0; effect < this.#effects; effect += 1) {
      const at = HEADER_BYTES + EFFECT_BYTES * effect;
      this.#index.put(get64(this.#page, at), this.#address + at + 8);
    }
  }
}
