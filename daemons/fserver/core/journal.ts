import { errnoName } from "../../core/errno.ts";
import { RecordWriter } from "./record-writer.ts";
import {
  MARGIN_BYTES,
  put64,
  RECORD_BYTES_MAX,
  RECORDS,
  RECORDS_AT,
  type RecordKind,
  type Sum,
} from "./journal-layout.ts";
import { encodeSegment } from "./journal-segment.ts";

/** Told 0 or -errno, perhaps before the call that takes it returns. */
export type Done = (result: number) => void;

/** Where a journal is written. */
export interface JournalDisk {
  bytesOf(slot: number): number;
  /** Writes all of the bytes, to where the end of this process does not take them. @throws Where that fails. */
  write(slot: number, offset: number, bytes: Uint8Array): void;
  /** fdatasync(2) of a segment. */
  sync(slot: number, done: Done): void;
  /** syncfs(2) of the export. */
  syncAll(done: Done): void;
}

/** What a journal asks of the store whose changes it keeps. */
export interface JournalOwner {
  /** A segment begins: writes down what only the journal knows: a record or more, at most a quarter of it. */
  begun(journal: Journal): void;
  /** Data of changes that began apart are not durable yet. */
  readonly apart: boolean;
  /** Makes them so. @param done Called once, perhaps before this returns. */
  flush(done: Done): void;
  /** What is applied now is about to become durable. @returns To be called when it is. */
  committing(): () => void;
  /**
   * What is applied now is to be let go of by the journal. @returns Writes to its places what only the journal and the
   * memory know of it; called when it is durable here, so that no place is ever ahead of the journal.
   */
  settling(): () => void;
  /** There is room again, after {@link Journal.full}. */
  roomy(): void;
}

/** Where a journal begins to be written, after what was there is replayed. */
export type JournalStart = {
  readonly store: Uint8Array;
  /** Number of the first segment, its place, and the position of its first record. */
  readonly number: number;
  readonly slot: number;
  readonly start: number;
  /** The other places that may be written, in this order. */
  readonly free: readonly number[];
  /** Everything before this position is on disk. */
  readonly durable: number;
  /** Segments that are still needed, the oldest first. */
  readonly older: readonly { readonly number: number; readonly slot: number; readonly start: number }[];
};

type Head = { readonly number: number; readonly slot: number; readonly start: number; offset: number };
type Waiter = { readonly position: number; readonly done: Done };

/**
 * The journal of one member, as it is written: one sequence of records in segments that are used in turn. Sans-I/O but for
 * the disk, on which a record is written at once; what waits for the disk calls back.
 *
 * - Group commit: while one fdatasync(2) is under way, all who ask for durability wait together for the next.
 * - A segment is let go of after a checkpoint: everything applied is durable in the journal, then at its own places, then
 *   syncfs(2). Its file is used again once a record that says so is durable.
 * - One place is always free, so that a start can begin a segment whatever it finds.
 */
export class Journal {
  readonly #disk: JournalDisk;
  readonly #owner: JournalOwner;
  readonly #sum: Sum;
  readonly #store: Uint8Array;
  readonly writer = new RecordWriter();
  #head: Head;
  /** Before the head, the oldest first. */
  #older: Head[] = [];
  #free: number[];
  #durable: number;
  #waiters: Waiter[] = [];
  #committing = false;
  /** Set while a checkpoint is under way. */
  #settle: (() => void) | undefined;
  /** Something has begun since the last checkpoint did. */
  #changed = false;
  /** -errno of what failed: from then on nothing is durable any more. */
  #broken = 0;

  /** Begins the first segment; it counts once it is durable. @throws Where it cannot be written. */
  constructor(disk: JournalDisk, owner: JournalOwner, start: JournalStart, sum: Sum) {
    this.#disk = disk;
    this.#owner = owner;
    this.#sum = sum;
    this.#store = start.store;
    this.#durable = start.durable;
    this.#older = start.older.map((segment) => ({ ...segment, offset: RECORDS_AT }));
    this.#changed = this.#older.length > 0;
    this.#free = [...start.free];
    this.#head = this.#newHead(start.number, start.slot, start.start, (this.#older[0] ?? start).number);
  }

  /** Position of the next record. */
  get end(): number {
    return this.#head.start + this.#head.offset - RECORDS_AT;
  }

  /** Something has begun since the last checkpoint did. */
  get changed(): boolean {
    return this.#changed;
  }

  /** There are segments to let go of, and no checkpoint that does. */
  get crowded(): boolean {
    return this.#older.length > 0 && this.#settle === undefined;
  }

  /** There may be no room for another change: none must begin before `roomy()`. */
  get full(): boolean {
    return this.#broken === 0 && this.#free.length <= 1 && !this.#fits(RECORD_BYTES_MAX);
  }

  /**
   * Something is to begin, with a record of at most so many bytes; it goes to the next segment if it does not fit in this
   * one.
   *
   * @throws When the journal is full, or a disk failed: fsync(2) must not say again that something is durable.
   */
  room(bytes: number): void {
    if (this.#broken !== 0) throw new Error(`the journal cannot be written: ${errnoName(-this.#broken)}`);
    this.#changed = true;
    if (this.#fits(bytes)) return;
    if (this.#free.length <= 1) throw new RangeError("the journal is full");
    this.#turn();
    this.checkpoint();
  }

  /** Begins a record of a kind. @returns Where its body lies in the writer's bytes. */
  record(kind: RecordKind): { readonly writer: RecordWriter; readonly at: number } {
    const at = this.writer.start(kind);
    return { writer: this.writer, at };
  }

  /** Writes the record that was put together. */
  append(): void {
    const head = this.#head;
    const bytes = this.writer.finish(this.end, this.#durable, this.#sum);
    if (head.offset + bytes.length > this.#disk.bytesOf(head.slot)) throw new RangeError("a segment is full");
    this.#disk.write(head.slot, head.offset, bytes);
    head.offset += bytes.length;
  }

  /** @param done Called when everything that is applied now is durable; EIO and the like where that is not certain. */
  sync(done: Done): void {
    if (this.#broken !== 0) return done(this.#broken);
    if (this.#durable >= this.end) return done(0);
    this.#waiters.push({ position: this.end, done });
    if (!this.#committing) this.#commit();
  }

  /** Lets go of everything before now, if there is anything; nothing happens while that is under way. */
  checkpoint(): void {
    if (this.#settle !== undefined || this.#broken !== 0 || !this.#changed) return;
    if (this.#older.length === 0 && this.#free.length > 1) this.#turn();
    this.#changed = false;
    const { number } = this.#head;
    const settle = this.#owner.settling();
    this.#settle = settle;
    this.sync((result) => {
      if (result < 0) return;
      settle();
      this.#disk.syncAll((synced) => (synced < 0 ? this.#broke(synced) : this.#release(number)));
    });
  }

  /**
   * Ends in order: nothing of the journal is needed by the next start but its last segment, which only says how things
   * stand. The disk must answer at once now; what it was asked before is never heard of again.
   *
   * @returns Whether that worked out.
   */
  finish(): boolean {
    let worst = this.#broken;
    const syncAll = (): void => this.#disk.syncAll((result) => (worst = Math.min(worst, result)));
    syncAll();
    if (worst < 0) return false;
    this.#settle?.();
    this.#owner.settling()();
    syncAll();
    const slot = this.#free[0] as number;
    const number = this.#head.number + 1;
    this.#durable = this.end;
    this.#head = this.#newHead(number, slot, this.end, number);
    this.#disk.sync(slot, (result) => (worst = Math.min(worst, result)));
    return worst === 0;
  }

  #release(number: number): void {
    const gone = this.#older.filter((segment) => segment.number < number);
    const { writer, at } = this.record("released");
    put64(writer.bytes, at + RECORDS.released.at.number, number);
    this.append();
    // Only then: a start that does not know of it would look for records in what is written over.
    this.sync((result) => {
      if (result < 0) return;
      this.#settle = undefined;
      this.#older = this.#older.filter((segment) => segment.number >= number);
      this.#free.push(...gone.map(({ slot }) => slot));
      this.#owner.roomy();
      if (this.#older.length > 0) this.checkpoint();
    });
  }

  #fits(bytes: number): boolean {
    return this.#head.offset + bytes + MARGIN_BYTES <= this.#disk.bytesOf(this.#head.slot);
  }

  #turn(): void {
    const slot = this.#free.shift() as number;
    const { end } = this;
    this.#older.push(this.#head);
    this.#head = this.#newHead(this.#head.number + 1, slot, end, (this.#older[0] as Head).number);
  }

  #newHead(number: number, slot: number, start: number, oldest: number): Head {
    const head = { number, slot, start, offset: RECORDS_AT };
    this.#head = head;
    this.#owner.begun(this);
    // Last: a segment that was begun by halves is none.
    const header = { store: this.#store, number, start, oldest, durable: this.#durable, begun: this.end };
    this.#disk.write(slot, 0, encodeSegment(header, this.#sum));
    return head;
  }

  #commit(): void {
    this.#committing = true;
    const { end } = this;
    const committed = this.#owner.committing();
    if (!this.#owner.apart) return this.#syncSegments(end, committed);
    this.#owner.flush((result) => {
      if (result < 0) return this.#broke(result);
      const { writer, at } = this.record("flushed");
      put64(writer.bytes, at + RECORDS.flushed.at.position, end);
      this.append();
      // What began apart meanwhile is not flushed: no more than this is durable.
      this.#syncSegments(this.#owner.apart ? end : this.end, committed);
    });
  }

  #syncSegments(end: number, committed: () => void): void {
    const all = [...this.#older, this.#head];
    const undurable = all.filter((_, place) => (all[place + 1]?.start ?? this.end) > this.#durable);
    let left = undurable.length;
    let failed = 0;
    for (const { slot } of undurable) {
      this.#disk.sync(slot, (result) => {
        left -= 1;
        failed = Math.min(failed, result);
        if (left > 0) return;
        if (failed < 0) return this.#broke(failed);
        this.#durable = end;
        committed();
        this.#committed();
      });
    }
  }

  #committed(): void {
    this.#committing = false;
    const served = this.#waiters.filter(({ position }) => position <= this.#durable);
    this.#waiters = this.#waiters.filter(({ position }) => position > this.#durable);
    if (this.#waiters.length > 0) this.#commit();
    for (const { done } of served) done(0);
  }

  /** After a failed fdatasync(2) the kernel counts the pages as clean though they are lost: fsync(2), "Errors". */
  #broke(result: number): void {
    this.#broken = result;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { done } of waiters) done(result);
    // Whoever waits for room is to hear of it.
    this.#owner.roomy();
  }
}
