import { ok, type Result } from "../../core/result.ts";
import type { Done, JournalDisk } from "../core/journal.ts";
import type { JournalFiles } from "../core/journal-chain.ts";
import { RECORDS_AT } from "../core/journal-layout.ts";

/** Disks write sectors whole. */
const SECTOR = 512;

type Slot = {
  /** As the process sees it. */
  readonly now: Buffer;
  /** As it is on disk for sure. */
  readonly durable: Buffer;
  /** Sectors that may or may not be on disk. */
  readonly dirty: Set<number>;
  /** Which call put a sector on disk: a call that began earlier may end later. */
  readonly by: Map<number, number>;
};

/** Gives numbers below a bound. */
export type Roll = (bound: number) => number;

/** The same numbers for the same seed. */
export function rollOf(seed: number): Roll {
  let state = seed * 2_654_435_761 + 1;
  return (bound) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % bound;
  };
}

/**
 * A disk in memory that loses, when the host goes down, any of the sectors that were written since the last fdatasync(2)
 * of their file, in any order.
 */
export class SimulatedDisk implements JournalDisk, JournalFiles {
  readonly slots: number;
  readonly #bytes: number;
  readonly #slots: Slot[];
  readonly #waiting: (() => void)[] = [];
  #calls = 0;
  /** Told when syncfs(2) is over: what was at its places then is on disk. */
  synced: () => () => void = () => () => {};

  constructor(slots: number, bytes: number) {
    this.slots = slots;
    this.#bytes = bytes;
    this.#slots = Array.from({ length: slots }, () => ({
      now: Buffer.alloc(bytes),
      durable: Buffer.alloc(bytes),
      dirty: new Set<number>(),
      by: new Map<number, number>(),
    }));
  }

  bytesOf(): number {
    return this.#bytes;
  }

  bytes(slot: number): Buffer {
    return (this.#slots[slot] as Slot).now;
  }

  head(slot: number): Result<Buffer> {
    return ok(Buffer.from(this.bytes(slot).subarray(0, RECORDS_AT)));
  }

  read(slot: number): Result<Buffer> {
    return ok(this.bytes(slot));
  }

  write(slot: number, offset: number, bytes: Uint8Array): void {
    const { now, dirty } = this.#slots[slot] as Slot;
    now.set(bytes, offset);
    for (let at = Math.floor(offset / SECTOR); at * SECTOR < offset + bytes.length; at += 1) dirty.add(at);
  }

  sync(slot: number, done: Done): void {
    this.#later(this.#syncing(slot), done);
  }

  syncAll(done: Done): void {
    const synced = this.synced();
    const all = this.#slots.map((_, slot) => this.#syncing(slot));
    const finish = (): void => {
      synced();
      for (const one of all) one();
    };
    this.#later(finish, done);
  }

  /** One of the calls that wait for the disk comes back. @returns False when there is none. */
  step(roll: Roll): boolean {
    const next = this.#waiting.splice(roll(this.#waiting.length || 1), 1)[0];
    next?.();
    return next !== undefined;
  }

  /** The process is killed: nothing that waits is heard of any more. */
  kill(): void {
    this.#waiting.length = 0;
  }

  /** Everything is on disk. */
  flush(): void {
    for (const { now, durable, dirty } of this.#slots) {
      now.copy(durable);
      dirty.clear();
    }
  }

  /** The host goes down: nothing that waits is heard of any more. */
  crash(roll: Roll): void {
    this.#waiting.length = 0;
    const odds = 1 + roll(8);
    for (const { now, durable, dirty } of this.#slots) {
      for (const at of dirty) {
        if (roll(odds) > 0) copySector(now, durable, at);
      }
      durable.copy(now);
      dirty.clear();
    }
  }

  /** What is written now will be durable; a later write to the same sector may be, too. */
  #syncing(slot: number): () => void {
    const { now, durable, dirty, by } = this.#slots[slot] as Slot;
    this.#calls += 1;
    const call = this.#calls;
    const sectors = [...dirty].map((at) => [at, Buffer.from(now.subarray(at * SECTOR, (at + 1) * SECTOR))] as const);
    return () => {
      for (const [at, bytes] of sectors) {
        if ((by.get(at) ?? 0) > call) continue;
        by.set(at, call);
        durable.set(bytes, at * SECTOR);
        if (now.compare(bytes, 0, bytes.length, at * SECTOR, (at + 1) * SECTOR) === 0) dirty.delete(at);
      }
    };
  }

  #later(effect: () => void, done: Done): void {
    this.#waiting.push(() => {
      effect();
      done(0);
    });
  }
}

function copySector(from: Buffer, to: Buffer, at: number): void {
  from.copy(to, at * SECTOR, at * SECTOR, (at + 1) * SECTOR);
}
