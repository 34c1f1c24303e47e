import type { Oid } from "../../core/brand.ts";
import { RECORD_BYTES } from "./index-record.ts";

/** Writes records of objects that lie one after the other. */
export type PutRecords = (first: number, records: Buffer) => void;

/** Records in one write at most. */
const RUN_MAX = 1_024;

/**
 * What the index is to say, but must not yet: a record reaches the index only when the change that made it so is durable
 * in the journal. So after the host went down the index never knows more than the journal.
 *
 * Two generations: while one waits to be written down the next one fills.
 */
export class PendingRecords {
  #now = new Map<number, Buffer>();
  #leaving: Map<number, Buffer> | undefined;

  get count(): number {
    return this.#now.size;
  }

  /** @returns 64 bytes, all zero for an object that is gone; undefined where the index is right. */
  get(oid: number): Buffer | undefined {
    return this.#now.get(oid) ?? this.#leaving?.get(oid);
  }

  /** @param record Is copied. */
  put(oid: Oid, record: Uint8Array): void {
    const known = this.#now.get(oid);
    if (known === undefined) this.#now.set(oid, Buffer.from(record));
    else known.set(record);
  }

  /** @returns To be called when all that is pending now is durable in the journal. */
  turn(put: PutRecords): () => void {
    // Of a checkpoint that is under way: written down before these by then, or with them at the end of the process.
    const leaving = new Map([...(this.#leaving ?? []), ...this.#now]);
    this.#leaving = leaving;
    this.#now = new Map();
    return () => {
      if (this.#leaving !== leaving) return;
      this.#leaving = undefined;
      writeRuns(leaving, put);
    };
  }
}

/** Numbers are given out in order, so what was made together lies together. */
function writeRuns(records: ReadonlyMap<number, Buffer>, put: PutRecords): void {
  const oids = Float64Array.from(records.keys()).sort();
  const run = Buffer.alloc(RUN_MAX * RECORD_BYTES);
  for (let place = 0; place < oids.length; ) {
    const first = oids[place] as number;
    let count = 0;
    for (; count < RUN_MAX && oids[place] === first + count; count += 1, place += 1) {
      run.set(records.get(first + count) as Buffer, count * RECORD_BYTES);
    }
    put(first, run.subarray(0, count * RECORD_BYTES));
  }
}
