import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { ERRNO } from "../core/errno.ts";
import { EFD_CLOEXEC, EFD_NONBLOCK, POLLIN } from "./constants.ts";
import { CALL, CELL, type DiskWorkerStart, diskWorker, STATE } from "./disk-worker.ts";
import { libc } from "./libc.ts";
import type { Watch } from "./poll-set.ts";
import { Quick } from "./quick.ts";
import type { Reactor } from "./reactor.ts";

/** A call that may wait for the disk. `fd` stays open until the job is done. */
export type DiskJob =
  | {
      readonly call: "fsync" | "fdatasync" | "syncfs";
      readonly fd: number;
      /** Little has to be written for it: where the disk is quick, the reactor's own thread makes the call. */
      readonly small?: boolean;
    }
  /** @param length Up to {@link READ_MAX}. */
  | { readonly call: "pread"; readonly fd: number; readonly offset: number; readonly length: number };

/** @param result What the call gives, or -errno. @param bytes What a pread read; valid until this returns. */
export type DiskJobDone = (result: number, bytes: Uint8Array) => void;

/** The most that one job reads: the largest request of the kernel. */
export const READ_MAX = 1024 * 1024;
/** Jobs that may wait for a worker. */
const WAITING_MAX = 4096;
/** How long `close()` waits for calls that are under way: a sick disk must not keep a daemon from ending. */
const CLOSE_MS = 5000;
const NOTHING = new Uint8Array(0);

type Waiting = { readonly job: DiskJob; readonly done: DiskJobDone };

class Slot {
  readonly words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #data: Uint8Array;
  #done: DiskJobDone | undefined;
  #small = false;

  constructor(doneFd: number) {
    const shared = new SharedArrayBuffer(CELL.data + READ_MAX);
    this.words = new Int32Array(shared, 0, CELL.data / 4);
    this.#doubles = new Float64Array(shared, 0, CELL.data / 8);
    this.#data = new Uint8Array(shared, CELL.data);
    const koffi = createRequire(import.meta.url).resolve("koffi");
    const start: DiskWorkerStart = { shared, koffi, doneFd };
    // Compilers that keep the names of functions call `__name`, which a function taken out of its file has not got.
    const source = `const __name = (f) => f; (${diskWorker})(require, require("node:worker_threads").workerData, ${JSON.stringify([CELL, STATE, CALL])});`;
    new Worker(source, { eval: true, workerData: start, execArgv: [] }).unref();
  }

  get free(): boolean {
    return this.#done === undefined;
  }

  begin({ job, done }: Waiting): void {
    this.#done = done;
    this.#small = job.call !== "pread" && job.small === true;
    this.words[CELL.call] = CALL[job.call];
    this.words[CELL.fd] = job.fd;
    if (job.call === "pread") {
      this.words[CELL.length] = job.length;
      this.#doubles[CELL.offset] = job.offset;
    }
    Atomics.store(this.words, CELL.state, STATE.job);
    Atomics.notify(this.words, CELL.state);
  }

  /** Tells the result of a job that has ended. @param quick Hears how long a small one took. */
  finish(quick: Quick): void {
    const done = this.#done;
    if (done === undefined || Atomics.load(this.words, CELL.state) !== STATE.done) return;
    const result = this.words[CELL.result] ?? -ERRNO.EIO.number;
    const read = this.words[CELL.call] === CALL.pread && result > 0;
    if (this.#small) quick.took(this.#doubles[CELL.took] ?? 0);
    done(result, read ? this.#data.subarray(0, result) : NOTHING);
    Atomics.store(this.words, CELL.state, STATE.idle);
    this.#done = undefined;
  }
}

/**
 * Threads that make the calls which may wait for the disk, so that the reactor does not. Jobs begin in the order they
 * are submitted, and end in any. Small ones are made without them where the disk was quick of late: to wake a thread, and to
 * be woken by it, takes as long.
 */
export class DiskWorkers {
  readonly #slots: readonly Slot[];
  readonly #doneFd: number;
  readonly #watch: Watch;
  readonly #count = Buffer.alloc(8);
  readonly #reactor: Reactor;
  readonly #quick = new Quick();
  #waiting: Waiting[] = [];
  /** Jobs of this thread's, for the end of the turn. */
  #own: Waiting[] = [];

  constructor(reactor: Reactor, threads: number) {
    this.#reactor = reactor;
    this.#doneFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.#doneFd < 0) throw new Error(`eventfd: errno ${-this.#doneFd}`);
    this.#slots = Array.from({ length: threads }, () => new Slot(this.#doneFd));
    this.#watch = reactor.watch(this.#doneFd, POLLIN, () => this.#finish());
  }

  /**
   * @param done Called by the reactor, once, unless `close()` comes before.
   * @returns False when too many jobs wait: then nothing happens, and the caller does what it does when busy.
   */
  submit(job: DiskJob, done: DiskJobDone): boolean {
    if (this.#waiting.length >= WAITING_MAX) return false;
    if (job.call === "pread" && job.length > READ_MAX) throw new RangeError(`a read of ${job.length} bytes`);
    if (job.call !== "pread" && job.small === true && this.#quick.worthwhile()) this.#putOff({ job, done });
    else {
      this.#waiting.push({ job, done });
      this.#begin();
    }
    return true;
  }

  /** Ends the threads. Waits for calls under way, since their descriptors may be closed next; drops what has not begun. */
  close(): void {
    this.#waiting = [];
    this.#own = [];
    this.#watch.close();
    for (const { words } of this.#slots) {
      // A worker under way sees the end once its call is over.
      Atomics.store(words, CELL.state, STATE.end);
      Atomics.notify(words, CELL.state);
    }
    for (const { words } of this.#slots) Atomics.wait(words, CELL.state, STATE.end, CLOSE_MS);
    libc.close(this.#doneFd);
  }

  /** Answers go out first, and whoever else asks in this turn is served by the same call. */
  #putOff(one: Waiting): void {
    this.#own.push(one);
    if (this.#own.length === 1) this.#reactor.afterTurn(() => this.#makeOwn());
  }

  #makeOwn(): void {
    const jobs = this.#own;
    this.#own = [];
    for (const { job, done } of jobs) {
      if (job.call === "pread") continue;
      const began = performance.now();
      const result = libc[job.call](job.fd);
      this.#quick.took(performance.now() - began);
      done(result, NOTHING);
    }
  }

  #begin(): void {
    for (const slot of this.#slots) {
      if (!slot.free) continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      slot.begin(next);
    }
  }

  #finish(): void {
    libc.read(this.#doneFd, this.#count, 8);
    for (const slot of this.#slots) slot.finish(this.#quick);
    this.#begin();
  }
}
