import { availableParallelism } from "node:os";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { ERRNO } from "../core/errno.ts";
import type { Time } from "../core/time.ts";
import { bootMs, realtime } from "./clock.ts";
import { EFD_CLOEXEC, EFD_NONBLOCK, POLLIN } from "./constants.ts";
import { libc } from "./libc.ts";
import { PollSet, type ReadyHandler, type Watch } from "./poll-set.ts";
import { Spin } from "./spin.ts";
import { type Timer, TimerQueue } from "./timer-queue.ts";

/** The longest sleep. A thread that is asleep in poll(2) cannot be terminated, so the process ends within this. */
const SLEEP_MS = 1000;
/** `whenIdle()` waits no longer than this while there is always something to do. */
const BUSY_MS = 1;
/** The knee of latency against wasted time: below it wake-ups are missed, above nothing is won. */
const SPIN_US = 50;

/**
 * A loop around poll(2) that owns its thread: descriptors, timers and messages, each handled synchronously, one after
 * the other. While it runs, nothing else runs on that thread: no promise is settled, no Node timer fires.
 *
 * A turn: wait; handlers of what is ready; messages; timers that are due; then what was put off by `afterTurn()`. What
 * was put off by `whenIdle()` comes when a turn would begin by sleeping.
 */
export class Reactor {
  /** Microseconds to look again before sleeping, while events come quickly. 0: never. */
  spinUs = availableParallelism() > 1 ? SPIN_US : 0;
  /** For `wakeThread()` on another thread, after it has posted to a port of `inbox()`. */
  readonly wakeFd: number;
  readonly #set = new PollSet();
  readonly #timers = new TimerQueue();
  readonly #spin = new Spin();
  readonly #count = Buffer.alloc(8);
  #afterTurn: (() => void)[] = [];
  #whenIdle: (() => void)[] = [];
  /** When the first of those was put off. */
  #idleSince = 0;
  #inboxes: { readonly port: MessagePort; readonly handler: (message: unknown) => void }[] = [];
  #running = false;
  #now = bootMs();
  #turn = 0;

  constructor() {
    this.wakeFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.wakeFd < 0) throw new Error(`eventfd: errno ${-this.wakeFd}`);
    this.#set.add(this.wakeFd, POLLIN, () => this.#deliver());
  }

  /** @returns Milliseconds of CLOCK_BOOTTIME with a fraction, as they were when this turn began. */
  now(): number {
    return this.#now;
  }

  /** Counts the turns; to tell what happens in the same one. */
  get turn(): number {
    return this.#turn;
  }

  /** @returns The time of day, read now. */
  realtime(): Time {
    return realtime();
  }

  /** @param events POLLIN, POLLOUT or both. @param handler Called in each turn in which `fd` is ready. */
  watch(fd: number, events: number, handler: ReadyHandler): Watch {
    return this.#set.add(fd, events, handler);
  }

  /** Calls `run` once, after at least `ms` milliseconds, never within this call. */
  after(ms: number, run: () => void): Timer {
    // Not from the turn's time: after a long turn, or before run(), that would be too early.
    return this.#timers.add(bootMs() + ms, run);
  }

  /** Calls `handler` for each message of another thread, which posts and then calls `wakeThread(wakeFd)`. */
  inbox(port: MessagePort, handler: (message: unknown) => void): void {
    this.#inboxes.push({ port, handler });
  }

  /** Calls `run` once at the end of this turn (of the next one, from within such a call): sends gather that way. */
  afterTurn(run: () => void): void {
    this.#afterTurn.push(run);
  }

  /**
   * Calls `run` once, when there is nothing else to do, and after about a millisecond if there always is: what nobody
   * waits for gathers that way over many turns.
   */
  whenIdle(run: () => void): void {
    if (this.#whenIdle.length === 0) this.#idleSince = this.#now;
    this.#whenIdle.push(run);
  }

  /** Runs until `stop()`. Messages that came before are handled first. */
  run(): void {
    this.#running = true;
    this.#now = bootMs();
    this.#deliver();
    this.#endTurn();
    while (this.#running) {
      const ready = this.#wait();
      this.#now = bootMs();
      this.#turn++;
      if (ready > 0) this.#set.dispatch(ready);
      else if (ready < 0 && ready !== -ERRNO.EINTR.number) throw new Error(`poll: errno ${-ready}`);
      if (this.#timers.next() <= this.#now) this.#timers.runDue(this.#now);
      this.#endTurn();
      if (this.#whenIdle.length > 0 && this.#now - this.#idleSince >= BUSY_MS) this.#runIdle();
    }
    this.#runIdle();
  }

  /** `run()` returns at the end of this turn. */
  stop(): void {
    this.#running = false;
  }

  /** Lets go of its own descriptor; once, after `run()` has returned and no other thread wakes it any more. */
  close(): void {
    libc.close(this.wakeFd);
  }

  #wait(): number {
    if (this.#afterTurn.length > 0) return this.#set.poll(0);
    let began = bootMs();
    if (this.spinUs > 0 && this.#spin.worthwhile()) {
      const end = Math.min(began + this.spinUs / 1000, this.#timers.next());
      do {
        const ready = this.#set.poll(0);
        if (ready !== 0) {
          this.#spin.caught();
          return ready;
        }
      } while (bootMs() < end);
      this.#spin.missed();
    }
    if (this.#whenIdle.length > 0) {
      const ready = this.#set.poll(0);
      if (ready !== 0) return ready;
      this.#runIdle();
      if (this.#afterTurn.length > 0) return this.#set.poll(0);
      // What that took says nothing about how quickly events come.
      began = bootMs();
    }
    // Rounded up: poll(2) counts whole milliseconds, and waking too early would only mean waking twice.
    const timeout = Math.max(0, Math.min(SLEEP_MS, Math.ceil(this.#timers.next() - bootMs())));
    const ready = this.#set.poll(timeout);
    if (ready > 0) this.#spin.slept((bootMs() - began) * 1000);
    return ready;
  }

  #deliver(): void {
    // First the count, then the messages: one that is posted in between counts anew and is not lost.
    libc.read(this.wakeFd, this.#count, 8);
    for (const { port, handler } of this.#inboxes) {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        handler(next.message);
      }
    }
  }

  #runIdle(): void {
    const batch = this.#whenIdle;
    this.#whenIdle = [];
    for (const run of batch) run();
  }

  #endTurn(): void {
    if (this.#afterTurn.length === 0) return;
    const batch = this.#afterTurn;
    this.#afterTurn = [];
    for (const run of batch) run();
  }
}
