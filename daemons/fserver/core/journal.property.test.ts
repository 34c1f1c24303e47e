import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { clientId } from "../../core/brand.ts";
import { type Roll, rollOf, SimulatedDisk } from "../testing/simulated-disk.ts";
import { Journal, type JournalOwner } from "./journal.ts";
import { canKeep, eachRecord, readChain, startAfter } from "./journal-chain.ts";
import { OUTCOME, put64, RECORD, RECORDS, SEGMENT, type Sum } from "./journal-layout.ts";

const sum: Sum = (bytes) => crc32(bytes);
const STORE = Buffer.alloc(16, 7);
const CLIENT = clientId(1);
const SLOTS = 4;
const BYTES = 700_000;

/** A member that counts its changes. What a change says follows from its number, so it can be checked. */
class Counter implements JournalOwner {
  readonly disk: SimulatedDisk;
  journal: Journal | undefined;
  /** The last change that was applied; that its places say; that they say on disk. */
  applied = 0;
  placed = 0;
  placedDurably = 0;
  /** The last that was acknowledged as durable. */
  acknowledged = 0;
  #apart = 0;

  constructor(disk: SimulatedDisk) {
    this.disk = disk;
    disk.synced = () => {
      const { placed } = this;
      return () => {
        this.placedDurably = Math.max(this.placedDurably, placed);
      };
    };
  }

  get apart(): boolean {
    return this.#apart > 0;
  }

  begun(journal: Journal): void {
    journal.record("counted");
    journal.append();
  }
  roomy(): void {}
  committing(): () => void {
    return () => {};
  }

  flush(done: (result: number) => void): void {
    const flushed = this.#apart;
    // Takes as long as any other call to the disk.
    this.disk.sync(0, (result) => {
      if (this.#apart === flushed) this.#apart = 0;
      done(result);
    });
  }

  settling(): () => void {
    const { applied } = this;
    return () => {
      this.placed = applied;
    };
  }

  change(bytes: number, apart: boolean): void {
    const journal = this.journal as Journal;
    const number = this.applied + 1;
    journal.room(RECORD.bytes + 8 + bytes);
    const { writer, at } = journal.record(apart ? "beginApart" : "begin");
    put64(writer.bytes, at, CLIENT);
    writer.append(Buffer.alloc(bytes, number));
    journal.append();
    const end = journal.record("end");
    put64(end.writer.bytes, end.at + RECORDS.end.at.seq, number);
    journal.append();
    this.applied = number;
    if (apart) this.#apart = number;
  }

  sync(): void {
    const { applied } = this;
    this.journal?.sync((result) => {
      assert.equal(result, 0);
      this.acknowledged = Math.max(this.acknowledged, applied);
    });
  }

  /** @returns The numbers of the changes that the journal has. */
  recovered(): number[] {
    const chain = readChain(this.disk, STORE, sum);
    assert(chain.ok, chain.ok ? "" : chain.because);
    const numbers: number[] = [];
    let began: number | undefined;
    const read = eachRecord(this.disk, chain.value, sum, (record) => {
      if (record.kind === "begin" || record.kind === "beginApart") {
        const [first] = record.frame;
        assert(record.frame.every((byte) => byte === first));
        began = first;
      }
      if (record.kind !== "end") return;
      assert.equal(record.seq & 255, began);
      numbers.push(record.seq);
    });
    assert(read.ok);
    return numbers;
  }

  /** @param killed The host went on: segments may be kept, and what is not flushed is known. */
  start(killed = false): void {
    const chain = readChain(this.disk, STORE, sum);
    assert(chain.ok);
    const keep = killed && canKeep(chain.value, SLOTS);
    if (!keep) {
      this.#apart = 0;
      this.placed = this.applied;
      this.placedDurably = this.applied;
      this.acknowledged = this.applied;
      this.disk.flush();
    }
    this.journal = new Journal(this.disk, this, startAfter(chain.value, SLOTS, STORE, keep), sum);
    if (keep) return;
    this.journal.sync(() => {});
    this.started();
  }

  /** Nothing else happens before the first segment is durable. */
  started(): void {
    while (this.disk.step(() => 0));
  }
}

/** One life of a member, until its host goes down. */
function live(counter: Counter, roll: Roll): void {
  const sizes = [1, 100, 5_000, 100_000];
  for (let step = roll(200); step > 0; step -= 1) {
    const what = roll(10);
    if (what < 5 && !counter.journal?.full) counter.change(1 + roll(sizes[roll(4)] as number), roll(6) === 0);
    else if (what === 5) counter.sync();
    else if (what === 6 && roll(4) === 0) counter.journal?.checkpoint();
    else counter.disk.step(roll);
  }
}

test("wherever the host goes down, whatever sectors it loses: what was acknowledged is there, and nothing is torn", () => {
  let lost = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const roll = rollOf(seed);
    const counter = new Counter(new SimulatedDisk(SLOTS, BYTES));
    counter.start();
    for (let crash = 0; crash < 4; crash += 1) {
      live(counter, roll);
      while (roll(2) === 0) {
        counter.disk.kill();
        assert.deepEqual(counter.recovered().at(-1) ?? counter.applied, counter.applied);
        counter.start(true);
        live(counter, roll);
      }
      counter.disk.crash(roll);
      // Places are written to when the journal has it durably, but of that perhaps nothing reaches the disk.
      const places = roll(2) === 0 ? counter.placed : counter.placedDurably;
      const numbers = counter.recovered();
      const [first = places + 1] = numbers;
      const last = numbers.at(-1) ?? places;
      const what = `seed ${seed}, crash ${crash}: ${first} to ${last}, places ${places}`;
      assert.deepEqual(
        numbers,
        numbers.map((_, place) => first + place),
        what,
      );
      assert(first <= places + 1, what);
      assert(last >= counter.acknowledged && last <= counter.applied, `${what}, acknowledged ${counter.acknowledged}`);
      assert(last >= counter.placed || numbers.length === 0, what);
      lost += counter.applied - last;
      // As a start does: all of it to its places, durably, before a new segment begins.
      counter.applied = last;
      counter.start();
    }
  }
  assert(lost > 50, "some changes were lost, which nobody had been promised");
});

/** A journal of a few changes; all are on disk, and the record written last says so of all but the last. */
function small(): Counter {
  const counter = new Counter(new SimulatedDisk(SLOTS, 200_000));
  counter.start();
  for (let change = 0; change < 6; change += 1) {
    counter.change(40, false);
    counter.sync();
    while (counter.disk.step(() => 0));
  }
  return counter;
}

test("a flipped bit in what was durable is told, one in what was written last is cut off; neither is applied", () => {
  const counter = small();
  const whole = counter.recovered();
  const bytes = counter.disk.bytes(0);
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const said = { damaged: 0, cut: 0, unused: 0 };
  for (let at = 0; at < end; at += 1) {
    for (const bit of [1, 128]) {
      bytes[at] = (bytes[at] as number) ^ bit;
      const chain = readChain(counter.disk, STORE, sum);
      if (!chain.ok) {
        assert.match(chain.because ?? "", /^segment (0|number 1) /);
        said.damaged += 1;
      } else {
        const numbers = counter.recovered();
        assert.deepEqual(numbers, whole.slice(0, numbers.length));
        // Only of the last change no later record says that it was on disk.
        assert(numbers.length >= whole.length - 1, `${at}: ${numbers.length}`);
        if (numbers.length === whole.length) said.unused += 1;
        else said.cut += 1;
      }
      bytes[at] = (bytes[at] as number) ^ bit;
    }
  }
  assert(said.damaged > 800 && said.cut > 100 && said.unused < 1_100, JSON.stringify(said));
});

test("wherever the end of a journal is torn off, what came before counts", () => {
  const counter = small();
  const whole = counter.recovered();
  const bytes = counter.disk.bytes(0);
  const kept = Buffer.from(bytes);
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  for (let cut = 512; cut < end; cut += 1) {
    bytes.fill(0, cut);
    const numbers = counter.recovered();
    assert.deepEqual(numbers, whole.slice(0, numbers.length));
    kept.copy(bytes);
  }
});

test("what another version wrote, or another export, is refused", () => {
  const counter = small();
  const bytes = counter.disk.bytes(0);
  const kept = Buffer.from(bytes);
  const refused = (): string => {
    const chain = readChain(counter.disk, STORE, sum);
    return chain.ok ? "" : (chain.because ?? "");
  };
  bytes.writeUInt16LE(2, 12);
  bytes.writeUInt32LE(sum(bytes.subarray(12, SEGMENT.bytes)), 8);
  assert.equal(refused(), "segment 0 is of format 2, this software knows 1");
  kept.copy(bytes);
  bytes.writeUInt16LE(9, 14);
  bytes.writeUInt32LE(sum(bytes.subarray(12, SEGMENT.bytes)), 8);
  assert.match(refused(), /^segment 0 tells changes in version 9 of the protocol/);
  kept.copy(bytes);
  const strange = readChain(counter.disk, Buffer.alloc(16, 8), sum);
  assert(!strange.ok && strange.because === "segment 0 is of another export");
  // A kind of record that this version does not know, correct in itself.
  bytes.writeUInt32LE(99, 512 + RECORD.at.kind);
  const length = bytes.readUInt32LE(512 + RECORD.at.length);
  bytes.writeUInt32LE(sum(bytes.subarray(516, 512 + length)), 512);
  const chain = readChain(counter.disk, STORE, sum);
  assert(chain.ok);
  const read = eachRecord(counter.disk, chain.value, sum, () => {});
  assert(!read.ok && read.because === "segment 0 has a record of kind 99 at 0, which is not known");
});

/** Tells of a session in every segment, in more sectors than one: positions are lost with it. */
class Teller extends Counter {
  override begun(journal: Journal): void {
    super.begun(journal);
    const { writer, at } = journal.record("session");
    put64(writer.bytes, at + RECORDS.session.at.client, CLIENT);
    put64(writer.bytes, at + RECORDS.session.at.position, this.applied);
    writer.append(Buffer.alloc(100 * OUTCOME.bytes, 1));
    journal.append();
  }

  /** @returns How far its session is known to be. */
  position(): number | undefined {
    const chain = readChain(this.disk, STORE, sum);
    assert(chain.ok, chain.ok ? "" : chain.because);
    let position: number | undefined;
    const read = eachRecord(this.disk, chain.value, sum, (record) => {
      if (record.kind === "session") position = record.position;
      if (record.kind === "end") position = record.seq;
    });
    assert(read.ok);
    return position;
  }
}

test("wherever a start, or an orderly end, is cut off: the segment counts as a whole or not at all", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const roll = rollOf(seed);
    const disk = new SimulatedDisk(SLOTS, BYTES);
    const counter = new Teller(disk);
    counter.start();
    for (let life = 0; life < 6; life += 1) {
      counter.change(100, false);
      counter.sync();
      counter.started();
      let writes = 1 + roll(4);
      const { write, sync, syncAll } = disk;
      disk.write = (...told) => {
        writes -= 1;
        if (writes === 0) throw new Error("killed");
        write.call(disk, ...told);
      };
      // At these times a journal's disk answers at once.
      disk.sync = (...told) => sync.call(disk, ...told) ?? counter.started();
      disk.syncAll = (...told) => syncAll.call(disk, ...told) ?? counter.started();
      try {
        if (roll(2) === 0) counter.journal?.finish();
        else counter.start();
      } catch {
        // Killed.
      }
      Object.assign(disk, { write, sync, syncAll });
      if (roll(2) === 0) disk.crash(roll);
      else disk.kill();
      assert.equal(counter.position(), counter.applied, `seed ${seed}, life ${life}`);
      counter.start();
    }
  }
});

test("one fdatasync(2) serves all who ask while the one before it is under way", () => {
  const counter = new Counter(new SimulatedDisk(SLOTS, BYTES));
  counter.start();
  let served = 0;
  for (let client = 0; client < 20; client += 1) {
    counter.change(100, false);
    counter.journal?.sync(() => (served += 1));
  }
  counter.disk.step(() => 0);
  assert.equal(served, 1);
  counter.disk.step(() => 0);
  assert.equal(served, 20);
  assert(!counter.disk.step(() => 0));
});

test("a journal that fills up says so, and has room again after a checkpoint", () => {
  const counter = new Counter(new SimulatedDisk(SLOTS, BYTES));
  counter.start();
  while (!counter.journal?.full) counter.change(100_000, false);
  const changes = counter.applied;
  assert(changes > 5 && changes < 24, `${changes}`);
  while (counter.disk.step(() => 0));
  assert(!counter.journal?.full);
  counter.change(100_000, false);
});

test("after a failed fdatasync(2) nothing is said to be durable any more, and nothing begins", () => {
  const counter = new Counter(new SimulatedDisk(SLOTS, BYTES));
  counter.start();
  counter.disk.sync = (_slot, done) => done(-5);
  counter.change(10, false);
  const results: number[] = [];
  counter.journal?.sync((result) => results.push(result));
  counter.disk.sync = (_slot, done) => done(0);
  counter.journal?.sync((result) => results.push(result));
  assert.deepEqual(results, [-5, -5]);
  assert.throws(() => counter.change(10, false), /the journal cannot be written: EIO/);
});
