import { fail, ok, type Result } from "../../core/result.ts";
import { PROTOCOL } from "../../wire/messages.ts";
import {
  get64,
  JOURNAL_FORMAT,
  MAGIC,
  put64,
  RECORD,
  RECORD_BYTES_MAX,
  RECORDS_AT,
  SEGMENT,
  type Sum,
} from "./journal-layout.ts";

/** What the header of a segment says. */
export type SegmentHeader = {
  readonly store: Uint8Array;
  readonly number: number;
  readonly start: number;
  readonly oldest: number;
  readonly durable: number;
  /** Position behind the records that it begins with: without all of them it does not count. */
  readonly begun: number;
};

export function encodeSegment(header: SegmentHeader, sum: Sum): Buffer {
  const bytes = Buffer.alloc(SEGMENT.bytes);
  const { at } = SEGMENT;
  bytes.write(MAGIC, at.magic, "latin1");
  bytes.writeUInt16LE(JOURNAL_FORMAT, at.format);
  bytes.writeUInt16LE(PROTOCOL.max, at.protocol);
  bytes.set(header.store, at.store);
  put64(bytes, at.number, header.number);
  put64(bytes, at.start, header.start);
  put64(bytes, at.oldest, header.oldest);
  put64(bytes, at.durable, header.durable);
  put64(bytes, at.begun, header.begun);
  bytes.writeUInt32LE(sum(bytes.subarray(at.format)), at.sum);
  return bytes;
}

/**
 * @param bytes The beginning of a segment.
 * @returns Undefined for one that was never used. EUCLEAN for what is damaged, EPROTO for what another version wrote:
 *   neither is guessed at (rule 10).
 */
export function decodeSegment(bytes: Buffer, sum: Sum): Result<SegmentHeader | undefined> {
  const { at } = SEGMENT;
  const header = bytes.subarray(0, SEGMENT.bytes);
  if (header.every((byte) => byte === 0)) return ok(undefined);
  if (header.length < SEGMENT.bytes || header.toString("latin1", at.magic, at.sum) !== MAGIC) {
    return fail("EUCLEAN", "is damaged in its header");
  }
  if (header.readUInt32LE(at.sum) !== sum(header.subarray(at.format))) {
    return fail("EUCLEAN", "is damaged in its header");
  }
  const format = header.readUInt16LE(at.format);
  if (format !== JOURNAL_FORMAT) return fail("EPROTO", `is of format ${format}, this software knows ${JOURNAL_FORMAT}`);
  const protocol = header.readUInt16LE(at.protocol);
  if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
    return fail("EPROTO", `tells changes in version ${protocol} of the protocol, this software knows ${PROTOCOL.max}`);
  }
  return ok({
    store: Buffer.from(header.subarray(at.store, at.number)),
    number: get64(header, at.number),
    start: get64(header, at.start),
    oldest: get64(header, at.oldest),
    durable: get64(header, at.durable),
    begun: get64(header, at.begun),
  });
}

/** A record as it lies in its segment. */
export type RawRecord = {
  readonly position: number;
  readonly durable: number;
  readonly kind: number;
  /** What follows the header: a view. */
  readonly body: Buffer;
};

/**
 * @param segment All bytes of a segment.
 * @param start Position of its first record.
 * @returns The record at an offset, or undefined where none lies that is whole.
 */
export function recordAt(segment: Buffer, start: number, offset: number, sum: Sum): RawRecord | undefined {
  const { at } = RECORD;
  if (offset + RECORD.bytes > segment.length) return undefined;
  const position = start + offset - RECORDS_AT;
  if (get64(segment, offset + at.position) !== position) return undefined;
  const length = segment.readUInt32LE(offset + at.length);
  if (length < RECORD.bytes || length > RECORD_BYTES_MAX || offset + length > segment.length) return undefined;
  const found = segment.readUInt32LE(offset + at.sum);
  if (found !== sum(segment.subarray(offset + at.length, offset + length))) return undefined;
  return {
    position,
    durable: get64(segment, offset + at.durable),
    kind: segment.readUInt32LE(offset + at.kind),
    body: segment.subarray(offset + RECORD.bytes, offset + length),
  };
}
