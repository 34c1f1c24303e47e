import { fail, ok, type Result } from "../../core/result.ts";
import type { JournalStart } from "./journal.ts";
import { aligned, RECORD, RECORD_ALIGN, RECORDS, RECORDS_AT, type Sum } from "./journal-layout.ts";
import { type JournalRecord, readRecord } from "./journal-record.ts";
import { decodeSegment, type RawRecord, recordAt, type SegmentHeader } from "./journal-segment.ts";

/** The files that a journal lies in, as they are found. */
export interface JournalFiles {
  /** How many there are; each is a place for one segment. */
  readonly slots: number;
  /** @returns The first sector of one. */
  head(slot: number): Result<Buffer>;
  /** @returns All bytes of one, in memory (aligned to 8 bytes) that the next call may use again. */
  read(slot: number): Result<Buffer>;
}

/** A segment whose records count, up to a position. */
export type Segment = SegmentHeader & { readonly slot: number; readonly end: number };

/** What of a journal counts. */
export type Chain = {
  /** The oldest first. */
  readonly segments: readonly Segment[];
  /** Where the journal goes on. */
  readonly end: number;
  /** Number of the segment written last, 0 when there is none. */
  readonly newest: number;
  /** Of this much it is known that it was on disk. */
  readonly durable: number;
  /** The places that were ever written, the longest ago first. */
  readonly written: readonly number[];
};

type Scanned = {
  readonly header: SegmentHeader;
  readonly slot: number;
  /** Position after the last record of those that follow one another without a gap. */
  readonly end: number;
  /** What it says to be on disk, also in records after a gap. */
  readonly durable: number;
  /** The oldest segment needed, as far as it says. */
  readonly oldest: number;
};

/**
 * Finds out which records of a journal count: those that follow one another from the oldest segment still needed, as far
 * as they are whole.
 *
 * What was being written when the host went down is torn: some of its sectors are on disk, some not; such an end is cut.
 * But each record says how much was on disk already when it was written, so damage to that is told apart, and refused:
 * something acknowledged is lost.
 *
 * @returns EUCLEAN where it is damaged, EPROTO for what another version wrote.
 */
export function readChain(files: JournalFiles, store: Uint8Array, sum: Sum): Result<Chain> {
  const scans = new Map<number, Scanned>();
  const headers = readHeaders(files, store, sum);
  if (!headers.ok) return headers;
  let newest: SegmentHeader | undefined;
  for (const one of [...headers.value].reverse()) {
    if (newest !== undefined && one.header.number < newest.oldest) break;
    const bytes = files.read(one.slot);
    if (!bytes.ok) return bytes;
    const scanned = scan(bytes.value, one, sum);
    scans.set(one.header.number, scanned);
    if (newest === undefined && isWhole(scanned)) newest = one.header;
  }
  const linked = link(scans, newest, headers.value.at(-1)?.header.number ?? 0);
  return linked.ok ? ok({ ...linked.value, written: headers.value.map(({ slot }) => slot) }) : linked;
}

/** One that was begun by halves when the process or the host ended is none: those before it are all still there then. */
const isWhole = ({ header, end }: Scanned): boolean => end >= header.begun;

export type Found = { readonly slot: number; readonly header: SegmentHeader };

/** @returns The segments that were ever begun, in the order of their numbers. */
export function readHeaders(files: JournalFiles, store: Uint8Array, sum: Sum): Result<readonly Found[]> {
  const found: Found[] = [];
  for (let slot = 0; slot < files.slots; slot += 1) {
    const bytes = files.head(slot);
    if (!bytes.ok) return bytes;
    const header = decodeSegment(bytes.value, sum);
    if (!header.ok) return fail(header.errno, `segment ${slot} ${header.because}`);
    if (header.value === undefined) continue;
    if (Buffer.compare(header.value.store, store) !== 0) return fail("EUCLEAN", `segment ${slot} is of another export`);
    found.push({ slot, header: header.value });
  }
  return ok(found.sort((a, b) => a.header.number - b.header.number));
}

function scan(bytes: Buffer, { slot, header }: Found, sum: Sum): Scanned {
  let end = RECORDS_AT;
  let { durable, oldest } = header;
  const look = (record: RawRecord): void => {
    durable = Math.max(durable, record.durable);
    if (record.kind !== RECORDS.released.kind) return;
    const released = readRecord(record);
    if (released.ok && released.value.kind === "released") oldest = Math.max(oldest, released.value.number);
  };
  for (let record = recordAt(bytes, header.start, end, sum); record !== undefined; ) {
    look(record);
    end += aligned(RECORD.bytes + record.body.length);
    record = recordAt(bytes, header.start, end, sum);
  }
  // What lies behind a gap does not count, but tells how much should have been there. A quick look first: a record says
  // where it lies.
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  for (let at = end + RECORD_ALIGN; at + RECORD.bytes <= bytes.length; at += RECORD_ALIGN) {
    if (words[(at + RECORD.at.position) >>> 2] !== (header.start + at - RECORDS_AT) >>> 0) continue;
    const record = recordAt(bytes, header.start, at, sum);
    if (record !== undefined) look(record);
  }
  return { header, slot, end: header.start + end - RECORDS_AT, durable, oldest };
}

function link(
  scans: ReadonlyMap<number, Scanned>,
  head: SegmentHeader | undefined,
  newest: number,
): Result<Omit<Chain, "written">> {
  let durable = 0;
  let oldest = head?.oldest ?? 0;
  for (const one of scans.values()) {
    durable = Math.max(durable, one.durable);
    oldest = Math.max(oldest, one.oldest);
  }
  const all = [...scans.values()].sort((a, b) => a.header.number - b.header.number);
  if (head === undefined) {
    if (durable === 0) return ok({ segments: [], end: 0, newest, durable });
    return fail("EUCLEAN", `segment ${all.at(-1)?.slot} at byte ${RECORDS_AT} is damaged, and there is no other`);
  }
  const first = scans.get(oldest);
  if (first === undefined) return fail("EUCLEAN", `segment number ${oldest} is missing`);
  const segments: Segment[] = [];
  let end = first.header.start;
  for (const one of all) {
    if (one.header.number < oldest || !isWhole(one)) continue;
    if (one.header.start > end) break;
    // A segment may begin before the end of the one before it: what followed there had been cut.
    const before = segments.pop();
    if (before !== undefined) segments.push({ ...before, end: one.header.start });
    segments.push({ ...one.header, slot: one.slot, end: one.end });
    end = one.end;
  }
  if (end < durable) {
    const last = segments.at(-1);
    const where = last === undefined ? "" : `segment ${last.slot} at byte ${RECORDS_AT + end - last.start}`;
    return fail("EUCLEAN", `${where} is damaged: what was acknowledged up to ${durable} can be read up to ${end} only`);
  }
  return ok({ segments, end, newest, durable });
}

/** Whether a start can keep the segments and still leave a place for the next one. */
export const canKeep = ({ segments }: Chain, slots: number): boolean => segments.length <= slots - 2;

/**
 * Where a journal goes on: behind what counts, in a place that none of its segments has.
 *
 * @param keep Its segments are still needed; else everything in them is durable at its own places.
 */
export function startAfter(chain: Chain, slots: number, store: Uint8Array, keep: boolean): JournalStart {
  const { newest, end, durable, segments, written } = chain;
  const used = new Set(segments.map(({ slot }) => slot));
  const untouched = Array.from({ length: slots }, (_, place) => place).filter((place) => !written.includes(place));
  // What no start needs any more can still be recalled: it is written over as late as may be.
  const [slot, ...rest] = [...untouched, ...written].filter((place) => !used.has(place));
  if (slot === undefined) throw new RangeError("a journal without a free place");
  const free = keep ? rest : [...rest, ...segments.map((segment) => segment.slot)];
  const kept = keep ? { durable, older: segments } : { durable: end, older: [] };
  return { store, number: newest + 1, slot, start: end, free, ...kept };
}

/**
 * Goes through all records that count, in order.
 *
 * @param each Gets views, valid until it returns.
 * @returns EPROTO at the first record that is not known.
 */
export function eachRecord(
  files: JournalFiles,
  chain: Chain,
  sum: Sum,
  each: (record: JournalRecord, position: number) => void,
): Result<void> {
  for (const { slot, start, end } of chain.segments) {
    const bytes = files.read(slot);
    if (!bytes.ok) return bytes;
    for (let position = start; position < end; ) {
      const raw = recordAt(bytes.value, start, RECORDS_AT + position - start, sum);
      if (raw === undefined) return fail("EUCLEAN", `segment ${slot} changed while it was read`);
      const record = readRecord(raw);
      if (!record.ok) return fail(record.errno, `segment ${slot} ${record.because}`);
      each(record.value, position);
      position += aligned(RECORD.bytes + raw.body.length);
    }
  }
  return ok(undefined);
}
