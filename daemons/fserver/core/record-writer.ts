import { aligned, put64, RECORD, RECORD_BYTES_MAX, RECORDS, type RecordKind, type Sum } from "./journal-layout.ts";

/** Puts one record together, then the next one, in memory of its own. */
export class RecordWriter {
  readonly #bytes = Buffer.allocUnsafeSlow(aligned(RECORD_BYTES_MAX));
  #at = 0;

  /** Begins a record. @returns Where its body lies; the fixed part of it is all zero. */
  start(kind: RecordKind): number {
    const { kind: number, bytes } = RECORDS[kind];
    this.#at = RECORD.bytes + bytes;
    this.#bytes.fill(0, RECORD.bytes, this.#at);
    this.#bytes.writeUInt32LE(number, RECORD.at.kind);
    return RECORD.bytes;
  }

  /** The memory that fields of the fixed part are written to. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Takes so many bytes more. @returns Where they lie. */
  take(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > RECORD_BYTES_MAX) throw new RangeError(`a record of the journal with ${this.#at} bytes`);
    return at;
  }

  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.take(bytes.length));
  }

  /** Bytes that it takes in its segment. */
  get size(): number {
    return aligned(this.#at);
  }

  /** @returns The record, whole, valid until the next one begins. */
  finish(position: number, durable: number, sum: Sum): Buffer {
    const { at } = RECORD;
    const bytes = this.#bytes;
    bytes.writeUInt32LE(this.#at, at.length);
    put64(bytes, at.position, position);
    put64(bytes, at.durable, durable);
    bytes.writeUInt32LE(sum(bytes.subarray(at.length, this.#at)), at.sum);
    const end = aligned(this.#at);
    bytes.fill(0, this.#at, end);
    return bytes.subarray(0, end);
  }
}
