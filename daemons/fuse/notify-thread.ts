import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { encodeNotification, type Notification } from "./core/encode-notification.ts";
import { memoryOf } from "./core/memory.ts";
import {
  NOTE_BYTES,
  NOTES,
  NOTES_FROM,
  NOTES_STATE,
  NOTHING_TO_FORGET,
  type NotifyWorkerStart,
  notifyWorker,
} from "./notify-worker.ts";

/** Its heap holds next to nothing; without these limits each thread would reserve what a program may need. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };

/** A thread that writes notifications to /dev/fuse, in batches; which may be while the kernel makes it wait. */
export class NotifyThread {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #scratch = memoryOf(Buffer.alloc(NOTE_BYTES));
  #busy = false;

  /** @param fd /dev/fuse. @param doneFd An eventfd, counted up when a batch is written. */
  constructor(fd: number, doneFd: number) {
    const shared = new SharedArrayBuffer(NOTES_FROM + NOTES.most * NOTE_BYTES);
    this.#words = new Int32Array(shared);
    this.#bytes = new Uint8Array(shared);
    const koffi = createRequire(import.meta.url).resolve("koffi");
    const start: NotifyWorkerStart = { shared, koffi, fd, doneFd };
    // Compilers that keep the names of functions call `__name`, which a function taken out of its file has not got.
    const source = `const __name = (f) => f; (${notifyWorker})(require, require("node:worker_threads").workerData, ${JSON.stringify([NOTES, NOTES_STATE, NOTHING_TO_FORGET])});`;
    new Worker(source, { eval: true, workerData: start, execArgv: [], resourceLimits: LIMITS }).unref();
  }

  /** A batch is given and not taken back by `finish()`. */
  get busy(): boolean {
    return this.#busy;
  }

  /** @param notifications At most NOTES.most. */
  begin(notifications: readonly Notification[]): void {
    this.#busy = true;
    let at = NOTES_FROM;
    for (const [item, notification] of notifications.entries()) {
      const length = encodeNotification(this.#scratch, notification);
      this.#bytes.set(this.#scratch.bytes.subarray(0, length), at);
      this.#words[NOTES.starts + item] = at;
      at += (length + 3) & ~3;
    }
    this.#words[NOTES.count] = notifications.length;
    this.#words[NOTES.error] = 0;
    Atomics.store(this.#words, NOTES.next, 0);
    Atomics.store(this.#words, NOTES.state, NOTES_STATE.job);
    Atomics.notify(this.#words, NOTES.state);
  }

  /** @returns How many of the batch it has begun to write. */
  begun(): number {
    return Atomics.load(this.#words, NOTES.next);
  }

  /** Takes away what it has not begun. @returns How many it has: the last of them may still wait. */
  cutShort(): number {
    const count = this.#words[NOTES.count] ?? 0;
    return Math.min(count, Atomics.exchange(this.#words, NOTES.next, count));
  }

  /** @returns undefined while it is at it; else an errno that is no matter of course, or 0. */
  finish(): number | undefined {
    if (!this.#busy || Atomics.load(this.#words, NOTES.state) !== NOTES_STATE.done) return undefined;
    this.#busy = false;
    Atomics.store(this.#words, NOTES.state, NOTES_STATE.idle);
    return this.#words[NOTES.error] ?? 0;
  }

  /** Ends the thread once it no longer waits. */
  end(): void {
    this.cutShort();
    if (Atomics.load(this.#words, NOTES.state) === NOTES_STATE.ended) return;
    Atomics.store(this.#words, NOTES.state, NOTES_STATE.end);
    Atomics.notify(this.#words, NOTES.state);
  }

  /** After `end()`. @returns Whether it has ended within so long. */
  awaitEnd(ms: number): boolean {
    return Atomics.wait(this.#words, NOTES.state, NOTES_STATE.end, ms) !== "timed-out";
  }
}
