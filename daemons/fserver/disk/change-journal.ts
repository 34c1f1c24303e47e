import type { Attributes } from "../../core/attributes.ts";
import type { ClientId, Oid } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok } from "../../core/result.ts";
import { encodeFrameParts } from "../../wire/frame.ts";
import { type Change, FIRST_EPOCH, type MessageOfKind } from "../../wire/messages.ts";
import { contentOf } from "../core/change-content.ts";
import { frameOf } from "../core/change-frame.ts";
import { pastChanges, type TellChange } from "../core/journal-past.ts";
import { type Done, Journal, type JournalOwner, type JournalStart } from "../core/journal.ts";
import { OBJECT, OUTCOME, put64, RECORD, RECORDS } from "../core/journal-layout.ts";
import type { Positions } from "../core/positions.ts";
import type { ApartFiles } from "./apart-files.ts";
import type { ObjectEntry } from "./entry.ts";
import { encodeRecord, RECORD_BYTES } from "./index-record.ts";
import { type JournalFiles, journalSum } from "./journal-files.ts";
import type { Objects } from "./objects.ts";

/**
 * From so many bytes on the data of a write do not go through the journal: written twice they would cost more than the
 * flush of one more file (bench/journal.ts).
 */
const APART_BYTES = 262_144;
/** A checkpoint begins after so many changed objects: what is pending costs some 200 bytes each. */
const PENDING_MAX = 65_536;
/** A checkpoint begins when the first change since the last one is so old, in calls of `tick`: one a second. */
const AGE_MAX = 30;

const NOTHING = new Uint8Array(0);
const GONE = Buffer.alloc(RECORD_BYTES);

/** Whether a change's data are made durable in their file, and not in the journal. */
export const isApart = (change: Change): boolean =>
  change.kind === "copyRange" || (change.kind === "write" && change.data.length >= APART_BYTES);

function kindOf(change: Change): "begin" | "beginApart" | "beginWrite" {
  if (!isApart(change)) return "begin";
  return change.kind === "write" ? "beginWrite" : "beginApart";
}

/** What changes are written down by: the journal of one export, and what of index and positions it knows before them. */
export class ChangeJournal implements JournalOwner {
  readonly #files: JournalFiles;
  readonly #journal: Journal;
  readonly #objects: Objects;
  readonly #positions: Positions;
  readonly #apart: ApartFiles;
  /** Told when there is room again. */
  roomy: () => void = () => {};
  #age = 0;

  /** Begins to write where the last process, or nobody, left off. @throws Where it cannot. */
  constructor(files: JournalFiles, objects: Objects, positions: Positions, apart: ApartFiles, start: JournalStart) {
    this.#files = files;
    this.#objects = objects;
    this.#positions = positions;
    this.#apart = apart;
    this.#journal = new Journal(files, this, start, journalSum);
    // Where segments of before are kept, nothing is lost while this one is not durable.
    if (start.older.length > 0) return;
    this.#journal.sync((result) => {
      if (result < 0) throw new Error(`the journal cannot be written: ${errnoName(-result)}`);
    });
  }

  get full(): boolean {
    return this.#journal.full;
  }

  /** A session begins. */
  register(client: ClientId): void {
    if (!this.#positions.register(client)) return;
    this.#journal.room(RECORD.bytes + RECORDS.session.bytes);
    this.#writeSession(this.#journal, client, 0);
  }

  /** Nothing more is taken from a session's client; it is made known if need be. */
  fence(client: ClientId): void {
    this.register(client);
    if (this.#positions.fence(client)) this.#writeClient("sessionFenced", client);
  }

  /** A session is over. */
  endSession(client: ClientId): void {
    if (this.#positions.end(client)) this.#writeClient("sessionEnded", client);
  }

  /** Tells all changes of a session that the journal has: see {@link pastChanges}. */
  recall(client: ClientId, store: Uint8Array, tell: TellChange): void {
    pastChanges(this.#files, journalSum, store, client, tell);
    this.#files.forget();
  }

  /** A change begins: from now on it is done as a whole, whatever happens. */
  begin(client: ClientId, change: Change): void {
    const kind = kindOf(change);
    const told = kind === "beginWrite" ? { ...(change as MessageOfKind<"write">), data: NOTHING } : change;
    const { head, tail } =
      told === change ? { head: frameOf(change), tail: NOTHING } : encodeFrameParts(told, 0, FIRST_EPOCH);
    this.#journal.room(RECORD.bytes + RECORDS[kind].bytes + head.length + tail.length);
    const { writer, at } = this.#journal.record(kind);
    put64(writer.bytes, at + RECORDS[kind].at.client, client);
    if (kind === "beginWrite" && change.kind === "write")
      put64(writer.bytes, at + RECORDS.beginWrite.at.length, change.data.length);
    writer.append(head);
    writer.append(tail);
    this.#journal.append();
  }

  /** Its end begins: what it did is told next. */
  effects(): void {
    this.#journal.record("end");
  }

  /** The object is to be remembered as it now is. */
  keep(entry: ObjectEntry): void {
    const { writer, at } = this.#object(entry.oid);
    encodeRecord(entry, writer, at);
    this.#objects.index.pending.put(entry.oid, writer.subarray(at, at + RECORD_BYTES));
  }

  /** The object is gone. */
  erase(entry: ObjectEntry): void {
    const { writer, at } = this.#object(entry.oid);
    writer.fill(0, at, at + RECORD_BYTES);
    this.#objects.index.pending.put(entry.oid, GONE);
  }

  /** @param look The object that the change was about. */
  end(client: ClientId, change: Change, errno: number, count: number, look: Attributes | undefined): void {
    const { seq } = change.origin;
    const { at } = RECORDS.end;
    const bytes = this.#body;
    const body = RECORD.bytes;
    put64(bytes, body + at.client, client);
    put64(bytes, body + at.seq, seq);
    bytes.writeUInt16LE(errno, body + at.errno);
    put64(bytes, body + at.count, count);
    put64(bytes, body + at.objects, this.#objects.count);
    if (look !== undefined) {
      bytes.writeUInt16LE(1, body + at.looks);
      bytes.writeUInt32LE(look.mode & 0o7777, body + at.mode);
      bytes.writeUInt32LE(look.uid, body + at.uid);
      bytes.writeUInt32LE(look.gid, body + at.gid);
      put64(bytes, body + at.oid, look.oid);
    }
    this.#journal.append();
    this.#positions.applied(client, seq, errno, count);
    if (errno === 0 && isApart(change)) this.#apart.add(contentOf(change) as Oid);
  }

  /** @param done Called when everything that is applied now is durable. */
  sync(done: (result: Result<void>) => void): void {
    this.#journal.sync((result) => done(result < 0 ? fail(errnoName(-result)) : ok(undefined)));
  }

  /** Once a second: what nobody waits for becomes durable as well, and old segments are let go of. */
  tick(): void {
    if (!this.#journal.changed) this.#age = 0;
    else this.#age += 1;
    this.#journal.sync(() => {});
    if (this.#age >= AGE_MAX || this.#journal.crowded || this.#objects.index.pending.count >= PENDING_MAX)
      this.checkpoint();
  }

  /** Lets go of everything before now. */
  checkpoint(): void {
    this.#journal.checkpoint();
    this.#age = 0;
  }

  /** Ends in order. @returns Whether that worked out. */
  finish(): boolean {
    this.#files.workers = undefined;
    return this.#journal.finish();
  }

  // --- what the journal asks

  begun(journal: Journal): void {
    const { writer, at } = journal.record("counted");
    put64(writer.bytes, at + RECORDS.counted.at.objects, this.#objects.count);
    journal.append();
    const { clients } = this.#positions;
    const room = this.#files.bytesOf(0) / 4 / Math.max(1, clients.length) - RECORD.bytes - RECORDS.session.bytes;
    for (const client of clients) {
      this.#writeSession(journal, client, Math.max(0, Math.floor(room / OUTCOME.bytes)));
      if (this.#positions.standing(client) === "fenced") appendClient(journal, "sessionFenced", client);
    }
    for (const client of this.#positions.ended) appendClient(journal, "sessionEnded", client);
  }

  get apart(): boolean {
    return this.#apart.any;
  }

  flush(done: Done): void {
    this.#apart.flush(this.#files.workers, done);
  }

  committing(): () => void {
    return this.#positions.committing();
  }

  settling(): () => void {
    return this.#objects.index.settling();
  }

  get #body(): Buffer {
    return this.#journal.writer.bytes;
  }

  #object(oid: Oid): { readonly writer: Buffer; readonly at: number } {
    const { writer } = this.#journal;
    const at = writer.take(OBJECT.bytes);
    put64(writer.bytes, at + OBJECT.at.oid, oid);
    return { writer: writer.bytes, at: at + OBJECT.at.record };
  }

  #writeClient(kind: "sessionFenced" | "sessionEnded", client: ClientId): void {
    this.#journal.room(RECORD.bytes + RECORDS[kind].bytes);
    appendClient(this.#journal, kind, client);
  }

  #writeSession(journal: Journal, client: ClientId, outcomesMax: number): void {
    const { from, position, outcomes } = this.#positions.told(client, outcomesMax);
    const { writer, at } = journal.record("session");
    put64(writer.bytes, at + RECORDS.session.at.client, client);
    put64(writer.bytes, at + RECORDS.session.at.from, from);
    put64(writer.bytes, at + RECORDS.session.at.position, position);
    for (const { seq, errno, count } of outcomes) {
      const next = writer.take(OUTCOME.bytes);
      put64(writer.bytes, next + OUTCOME.at.seq, seq);
      writer.bytes.writeUInt16LE(errno, next + OUTCOME.at.errno);
      writer.bytes.writeUIntLE(count, next + OUTCOME.at.count, 6);
    }
    journal.append();
  }
}

function appendClient(journal: Journal, kind: "sessionFenced" | "sessionEnded", client: ClientId): void {
  const { writer, at } = journal.record(kind);
  put64(writer.bytes, at + RECORDS[kind].at.client, client);
  journal.append();
}
