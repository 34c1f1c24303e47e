import type { ClientId, Oid } from "../../core/brand.ts";
import { assertNever, ok, type Result } from "../../core/result.ts";
import type { Change } from "../../wire/messages.ts";
import { contentOf } from "../core/change-content.ts";
import { decodeChange } from "../core/change-frame.ts";
import { type Chain, eachRecord, readChain } from "../core/journal-chain.ts";
import type { JournalRecord, Look } from "../core/journal-record.ts";
import { Positions } from "../core/positions.ts";
import { type JournalFiles, journalSum } from "./journal-files.ts";

/** A change that began, and of which it is not known how far it came. */
export type Unfinished = { readonly client: ClientId; readonly change: Change };

/** What a journal says. */
export type Replay = {
  readonly chain: Chain;
  readonly positions: Positions;
  /** What the index is to say of each object that a change concerned: 64 bytes, all zero for one that is gone. */
  readonly records: ReadonlyMap<Oid, Buffer>;
  /** How objects looked after the last change that told so. */
  readonly looks: ReadonlyMap<Oid, Look>;
  /** Undefined where the journal says nothing. */
  readonly objects: number | undefined;
  readonly changes: number;
  readonly unfinished: Unfinished | undefined;
  /** Files with data that are not in the journal, and perhaps not on disk. */
  readonly unflushed: ReadonlySet<Oid>;
};

/**
 * Reads what the journal remembers of index and positions.
 *
 * @param hostWentDown Then what was written last may be missing, also what is not in the journal: a change whose data
 *   were to be flushed and were not, and all after it, were never acknowledged as durable, and do not count.
 * @returns EUCLEAN, EPROTO: see {@link readChain}.
 */
export function readJournal(files: JournalFiles, storeId: Uint8Array, hostWentDown: boolean): Result<Replay> {
  const found = readChain(files, storeId, journalSum);
  if (!found.ok) return found;
  const chain = hostWentDown ? cutUnflushed(files, found.value) : ok(found.value);
  if (!chain.ok) return chain;
  const reader = new ReplayReader();
  const read = eachRecord(files, chain.value, journalSum, (record, position) => reader.read(record, position));
  return read.ok ? ok(reader.result(chain.value)) : read;
}

function cutUnflushed(files: JournalFiles, chain: Chain): Result<Chain> {
  let flushed = 0;
  let began: number | undefined;
  const apart: number[] = [];
  const read = eachRecord(files, chain, journalSum, (record, position) => {
    if (record.kind === "flushed") flushed = Math.max(flushed, record.position);
    if (record.kind === "end" && record.errno === 0 && began !== undefined) apart.push(began);
    if (record.kind === "beginApart") began = position;
    else if (record.kind === "begin" || record.kind === "end") began = undefined;
  });
  if (!read.ok) return read;
  const end = apart.find((position) => position >= flushed);
  if (end === undefined) return ok(chain);
  const segments = chain.segments
    .filter(({ start }) => start <= end)
    .map((segment) => ({ ...segment, end: Math.min(segment.end, end) }));
  return ok({ ...chain, segments, end });
}

class ReplayReader {
  readonly #positions = new Positions();
  readonly #records = new Map<Oid, Buffer>();
  readonly #looks = new Map<Oid, Look>();
  #objects: number | undefined;
  #changes = 0;
  #apart: { readonly oid: Oid; readonly position: number }[] = [];
  #beganAt = 0;
  #began: Extract<JournalRecord, { readonly kind: "begin" | "beginApart" }> | undefined;

  read(record: JournalRecord, position: number): void {
    switch (record.kind) {
      case "begin":
      case "beginApart":
        this.#began = record;
        this.#beganAt = position;
        return;
      case "end":
        return this.#end(record);
      case "session":
        // What the begin of a segment tells of it replaces what was known.
        this.#positions.forget(record.client);
        this.#positions.register(record.client, record.from, record.position, record.outcomes);
        return;
      case "sessionFenced":
        this.#positions.fence(record.client);
        return;
      case "sessionEnded":
        this.#positions.end(record.client);
        return;
      case "counted":
        this.#objects = record.objects;
        return;
      case "flushed":
        this.#apart = this.#apart.filter(({ position }) => position >= record.position);
        return;
      case "released":
        return;
      default:
        return assertNever(record);
    }
  }

  #end({ client, seq, errno, count, objects, look, touched }: Extract<JournalRecord, { readonly kind: "end" }>): void {
    const content = this.#began?.kind === "beginApart" && errno === 0 ? contentIn(this.#began.frame) : undefined;
    if (content !== undefined) this.#apart.push({ oid: content, position: this.#beganAt });
    this.#began = undefined;
    this.#changes += 1;
    this.#positions.applied(client, seq, errno, count);
    this.#objects = objects;
    for (const { oid, record } of touched) {
      const known = this.#records.get(oid);
      if (known === undefined) this.#records.set(oid, Buffer.from(record));
      else known.set(record);
    }
    if (look !== undefined) this.#looks.set(look.oid, look);
  }

  /** To be called while the last segment is still in memory. */
  result(chain: Chain): Replay {
    return {
      chain,
      positions: this.#positions,
      records: this.#records,
      looks: this.#looks,
      objects: this.#objects,
      changes: this.#changes,
      unfinished: this.#unfinished(),
      unflushed: new Set(this.#apart.map(({ oid }) => oid)),
    };
  }

  /** A write whose data are not here is left to its client, who sends it again. */
  #unfinished(): Unfinished | undefined {
    if (this.#began === undefined) return undefined;
    const { kind, client, frame } = this.#began;
    const change = decodeChange(Buffer.from(frame));
    return change === undefined || (kind === "beginApart" && change.kind === "write") ? undefined : { client, change };
  }
}

function contentIn(frame: Buffer): Oid | undefined {
  const change = decodeChange(frame);
  return change === undefined ? undefined : contentOf(change);
}
