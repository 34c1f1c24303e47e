import * as fs from "node:fs";
import { exerciseOn } from "../fsx/fsx.ts";
import { serveTask } from "../programs/racer-process.ts";
import { seeded } from "../support/random.ts";
import { flock, LOCK_EX, LOCK_UN, RENAME_NOREPLACE, rename } from "../support/system.ts";
import { randomMix } from "./random-mix.ts";
import { type Done, ESTALE, type Stressing, type StressTask } from "./stressing.ts";

/** A process that works for a while in what others work in, too. */
export const STRESS_PROGRAM = import.meta.filename;

/** Calls `act` until the time is over. @returns How often. */
function during({ seconds }: Stressing, act: (time: number) => void): number {
  const end = performance.now() + seconds * 1_000;
  let times = 0;
  for (; performance.now() < end; times += 1) act(times);
  return times;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** Random work on one file by turns under a lock: each finds what the one before has left, byte by byte. */
function fileUnderLock(own: Stressing): number {
  const { dir, local, number, seed } = own;
  const lock = fs.openSync(`${dir}/lock`, "a");
  const times = during(own, (time) => {
    flock(lock, LOCK_EX);
    const start = fs.readFileSync(`${local}/content`);
    const steps = 1 + (time % 12);
    const left = exerciseOn([`${dir}/file`], start, { seed: seed + number * 100_003 + time, steps });
    fs.writeFileSync(`${local}/content`, left);
    flock(lock, LOCK_UN);
  });
  fs.closeSync(lock);
  return times;
}

/** Not a part of a page, so that pages have several owners. */
const STRIPE = 1_000;
const STRIPES = 120;

/** Random work on one file without a lock, each in stripes of its own, which nobody else may change. */
function fileInStripes(own: Stressing): number {
  const { dir, local, number, count, seed } = own;
  const random = seeded(seed + number);
  const expected = fs.readFileSync(`${local}/content`);
  let fd = fs.openSync(`${dir}/file`, "r+");
  const times = during(own, () => {
    const stripe = random.below(Math.floor(STRIPES / count)) * count + number;
    const [from, to] = [stripe * STRIPE, (stripe + 1) * STRIPE];
    const into = Buffer.alloc(STRIPE);
    if (fs.readSync(fd, into, 0, STRIPE, from) !== STRIPE || !into.equals(expected.subarray(from, to))) {
      throw new Error(`stripe ${stripe} of process ${number} is not what it wrote`);
    }
    const at = from + random.below(STRIPE);
    const bytes = random.fill(Buffer.alloc(1 + random.below(to - at)));
    fs.writeSync(fd, bytes, 0, bytes.length, at);
    expected.set(bytes, at);
    const what = random.below(20);
    if (what === 0) fs.fsyncSync(fd);
    if (what !== 1) return;
    fs.closeSync(fd);
    fd = fs.openSync(`${dir}/file`, "r+");
  });
  fs.closeSync(fd);
  fs.writeFileSync(`${local}/content-${number}`, expected);
  return times;
}

export const FOLDERS = ["x", "y", "y/below"] as const;
const SLOTS = 20;
/** Objects of which none may be lost or doubled, whoever renames them. */
export const TOKENS = 24;

const isStale = (error: unknown): boolean => (error as NodeJS.ErrnoException).errno === ESTALE;

/** Renames what it finds to where nothing is, across directories. */
function renames(own: Stressing): Done {
  const random = seeded(own.seed + own.number);
  const slot = (): string => `${own.dir}/${random.pick(FOLDERS)}/slot-${random.below(SLOTS)}`;
  let [done, stale] = [0, 0];
  during(own, () => {
    try {
      rename(slot(), slot(), RENAME_NOREPLACE);
      done += 1;
    } catch (error) {
      if (isStale(error)) stale += 1;
      else if (!["ENOENT", "EEXIST"].includes(codeOf(error))) throw error;
    }
  });
  return { done, stale };
}

/** @returns How many records it has appended. */
function appends(own: Stressing): number {
  const fd = fs.openSync(`${own.dir}/log`, "a");
  const count = during(own, (time) => fs.writeSync(fd, recordOf(own.number, time)));
  fs.closeSync(fd);
  return count;
}

/** Of very different lengths, some more than a page. */
export const recordOf = (number: number, time: number): string =>
  `${number} ${time} ${"-".repeat((time * 37) % (time % 50 === 0 ? 9_000 : 120))}\n`;

const tasks: Readonly<Record<StressTask, (own: Stressing) => unknown>> = {
  fileUnderLock,
  fileInStripes,
  renames,
  appends,
  mix: (own: Stressing) => randomMix(own, during),
};

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) serveTask<Stressing>(tasks);
