import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Random } from "../support/random.ts";
import {
  allocate,
  copyFileRange,
  FALLOC_KEEP_SIZE,
  FALLOC_PUNCH_HOLE,
  FALLOC_ZERO_RANGE,
  truncateOpen,
} from "../support/system.ts";
import { Mapping, PAGE } from "../support/system-memory.ts";
import type { FileModel } from "./model.ts";

/** The file under test, and what it must be. */
export type Subject = {
  /** Names of one file, on one mount or several. */
  readonly paths: readonly [string, ...string[]];
  /** Which of them this step uses. */
  turn: number;
  readonly model: FileModel;
  readonly sizeMax: number;
  readonly random: Random;
  /** Descriptors of the paths. */
  readonly fds: number[];
};

const pathOf = ({ paths, turn }: Subject): string => paths[turn] ?? paths[0];
export const fdOf = ({ fds, turn }: Subject): number => fds[turn] ?? -1;

/** Does one thing to the file and to the model. @returns What it did, for the record. */
export type Step = (subject: Subject) => string;

type Range = { readonly at: number; readonly length: number };

/** A range that ends within sizeMax. Half of them begin or end near a page border, where mistakes live. */
function anyRange({ random, sizeMax }: Subject, lengthMax = 65_536): Range {
  let at = random.below(sizeMax);
  if (random.below(2) === 0) at = Math.min(sizeMax - 1, Math.max(0, at - (at % PAGE) + random.below(5) - 2));
  return { at, length: 1 + random.below(Math.min(lengthMax, sizeMax - at)) };
}

/** A range within the file; empty when the file is. */
function rangeInside(subject: Subject): Range {
  const { at, length } = anyRange(subject);
  const size = subject.model.size;
  if (size === 0) return { at: 0, length: 0 };
  const start = at % size;
  return { at: start, length: Math.min(length, size - start) };
}

const say = (what: string, { at, length }: Range): string => `${what} ${at}..${at + length}`;

function mustEqual(got: Uint8Array, wanted: Uint8Array, at: number): void {
  if (Buffer.compare(got, wanted) === 0) return;
  assert.equal(got.length, wanted.length, "bytes read");
  const bad = got.findIndex((byte, index) => byte !== wanted[index]);
  assert.fail(`byte ${at + bad} is ${got[bad]}, must be ${wanted[bad]}`);
}

const read: Step = (subject) => {
  const range = anyRange(subject);
  const into = Buffer.alloc(range.length);
  const length = fs.readSync(fdOf(subject), into, 0, range.length, range.at);
  mustEqual(into.subarray(0, length), subject.model.read(range.at, range.length), range.at);
  return say("read", range);
};

const write: Step = (subject) => {
  const range = anyRange(subject);
  const bytes = subject.random.fill(Buffer.alloc(range.length));
  assert.equal(fs.writeSync(fdOf(subject), bytes, 0, range.length, range.at), range.length);
  subject.model.write(range.at, bytes);
  return say("write", range);
};

/** Programs ask for the size before they map or copy: the kernel does not, and goes by the size that it knows. */
function learnSize(subject: Subject): void {
  assert.equal(fs.fstatSync(fdOf(subject)).size, subject.model.size, "size");
}

/** Maps from the start to the range's end; touching what is beyond the file's size is SIGBUS. */
function mapUpTo(subject: Subject, end: number, writable: boolean): Mapping {
  learnSize(subject);
  return new Mapping(fdOf(subject), end, { writable });
}

const mappedRead: Step = (subject) => {
  const range = rangeInside(subject);
  if (range.length === 0) return "mapped read of nothing";
  using mapping = mapUpTo(subject, range.at + range.length, false);
  mustEqual(mapping.read(range.at, range.length), subject.model.read(range.at, range.length), range.at);
  return say("mapped read", range);
};

const mappedWrite: Step = (subject) => {
  const range = rangeInside(subject);
  if (range.length === 0) return "mapped write of nothing";
  const bytes = subject.random.fill(Buffer.alloc(range.length));
  // Between mounts nothing but msync tells when mapped memory is written.
  const sync = subject.paths.length > 1 || subject.random.below(2) === 0;
  using mapping = mapUpTo(subject, range.at + range.length, true);
  mapping.write(range.at, bytes);
  if (sync) mapping.sync();
  subject.model.write(range.at, bytes);
  return say(sync ? "mapped write, msync" : "mapped write", range);
};

const truncate: Step = (subject) => {
  const size = subject.random.below(subject.sizeMax);
  truncateOpen(fdOf(subject), size);
  subject.model.truncate(size);
  return `truncate to ${size}`;
};

const punch: Step = (subject) => {
  const range = anyRange(subject);
  allocate(fdOf(subject), FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, range.at, range.length);
  subject.model.zero(range.at, range.length);
  return say("punch", range);
};

const zero: Step = (subject) => {
  const range = anyRange(subject);
  const keep = subject.random.below(2) === 0;
  allocate(fdOf(subject), FALLOC_ZERO_RANGE | (keep ? FALLOC_KEEP_SIZE : 0), range.at, range.length);
  if (!keep) subject.model.grow(range.at + range.length);
  subject.model.zero(range.at, range.length);
  return say(keep ? "zero, keep size" : "zero", range);
};

const reserve: Step = (subject) => {
  const range = anyRange(subject);
  const keep = subject.random.below(2) === 0;
  allocate(fdOf(subject), keep ? FALLOC_KEEP_SIZE : 0, range.at, range.length);
  if (!keep) subject.model.grow(range.at + range.length);
  return say(keep ? "allocate, keep size" : "allocate", range);
};

const copy: Step = (subject) => {
  const from = rangeInside(subject);
  const to = subject.random.below(Math.max(1, subject.sizeMax - from.length));
  const overlaps = to < from.at + from.length && from.at < to + from.length;
  if (from.length === 0 || overlaps) return "copy of nothing";
  learnSize(subject);
  // copy_file_range(2) may copy less than asked for; the rest is asked for again.
  for (let done = 0; done < from.length; ) {
    const copied = copyFileRange(fdOf(subject), from.at + done, fdOf(subject), to + done, from.length - done);
    assert.ok(copied > 0, "nothing was copied");
    done += copied;
  }
  subject.model.copy(from.at, to, from.length);
  return `${say("copy", from)} to ${to}`;
};

const append: Step = (subject) => {
  const length = Math.min(1 + subject.random.below(5_000), subject.sizeMax - subject.model.size);
  const bytes = subject.random.fill(Buffer.alloc(length));
  fs.appendFileSync(pathOf(subject), bytes);
  subject.model.write(subject.model.size, bytes);
  return `append ${length}`;
};

const reopen: Step = (subject) => {
  fs.closeSync(fdOf(subject));
  subject.fds[subject.turn] = fs.openSync(pathOf(subject), "r+");
  return "reopen";
};

const sync: Step = (subject) => {
  if (subject.random.below(2) === 0) fs.fsyncSync(fdOf(subject));
  else fs.fdatasyncSync(fdOf(subject));
  return "sync";
};

/** What may be done next; what is named more often is done more often. */
export const STEPS: readonly Step[] = [
  ...[read, read, read, write, write, write],
  ...[mappedRead, mappedWrite, mappedWrite, truncate, truncate],
  ...[punch, zero, reserve, copy, copy, append, reopen, sync],
];
