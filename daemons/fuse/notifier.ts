import type { Oid } from "../core/brand.ts";
import { EFD_CLOEXEC, EFD_NONBLOCK, POLLIN } from "../sys/constants.ts";
import { libc } from "../sys/libc.ts";
import type { Watch } from "../sys/poll-set.ts";
import type { Reactor } from "../sys/reactor.ts";
import type { Timer } from "../sys/timer-queue.ts";
import type { Notification } from "./core/encode-notification.ts";
import type { Invalidation } from "./core/invalidation.ts";
import { NotifyThread } from "./notify-thread.ts";
import { NOTES } from "./notify-worker.ts";

/** A notification that is not back after this waits for something: what comes behind it goes by another thread. */
const STUCK_MS = 2;
/** So long a name waits for the requests in its directory that we know of; then all names are expired, where that can be. */
const HELD_MS = 10;
/** Threads that may wait at once. With none left, notifications queue. */
const THREADS_MOST = 8;
/** So many are left for what need not wait. */
const SPARE = 2;
/** How long `close()` waits for what is being written. */
const CLOSE_MS = 1000;

/** What takes a thread: expiring all names does not. */
export type Written = Exclude<Invalidation, { kind: "names" }>;
/** What is told by one call; `left` of it are not written. */
type Batch = { left: number; readonly done: () => void };
type Item = { readonly what: Written; readonly batch: Batch; readonly since: number };
type Slot = {
  readonly thread: NotifyThread;
  items: Item[];
  /** What its last item waits on; undefined while nothing says that it waits. */
  stuckOn: Oid | undefined;
  timer: Timer | undefined;
};

export type NotifierOptions = {
  /** /dev/fuse. Stays open until `close()` has returned. */
  readonly fd: number;
  /** Whether a request is unanswered for which the kernel holds the lock of this directory. */
  readonly isAsked: (directory: Oid) => boolean;
  /**
   * Whether a write to this file is unanswered. Pages are forgotten after that, however long it takes: a thread that waits
   * for a page does so also when it is killed, and its process has not ended before somebody else answers; but whoever
   * could waits for that end.
   */
  readonly isWritten: (file: Oid) => boolean;
  /** Has all names looked up anew, at once; undefined where the kernel cannot. */
  readonly expireNames: (() => void) | undefined;
  /** The kernel did not understand. @param errno Its number. */
  readonly fault: (errno: number) => void;
};

/** What is waited for in the kernel: requests in this directory, reads of this file. */
const keyOf = ({ what }: Item): Oid => (what.kind === "name" ? what.parent : what.oid);

function notificationOf({ what }: Item): Notification {
  switch (what.kind) {
    case "attributes":
      return { kind: "inode", node: what.oid, offset: -1, length: 0 };
    case "all":
      return { kind: "inode", node: what.oid, offset: 0, length: 0 };
    case "name":
      return { kind: "entry", parent: what.parent, name: what.name, expire: false };
  }
}

/**
 * Has the kernel forget, from threads of its own: a notification may wait until requests are answered, so the thread
 * that answers them must never write one (fs/fuse/inode.c fuse_reverse_inval_inode, dir.c fuse_reverse_inval_entry).
 *
 * What comes in one turn goes to one thread with one wake-up. When that waits longer than a moment, the rest is taken
 * from it and goes to another; what would wait for the same directory or file stays here meanwhile.
 */
export class Notifier {
  readonly #reactor: Reactor;
  readonly #options: NotifierOptions;
  readonly #doneFd: number;
  readonly #watch: Watch;
  readonly #count = Buffer.alloc(8);
  readonly #slots: Slot[] = [];
  #waiting: Item[] = [];
  #held: Timer | undefined;
  #asked = false;
  #paused: (() => void) | undefined;

  constructor(reactor: Reactor, options: NotifierOptions) {
    this.#reactor = reactor;
    this.#options = options;
    this.#doneFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.#doneFd < 0) throw new Error(`eventfd: errno ${-this.#doneFd}`);
    this.#watch = reactor.watch(this.#doneFd, POLLIN, () => this.#finish());
    // The first is there before it is needed: starting a thread takes longer than all that it will do.
    this.#free();
  }

  /** @param done Called by the reactor, once all is written; never after `close()`. */
  add(what: readonly Written[], done: () => void): void {
    const batch = { left: what.length, done };
    const since = this.#reactor.now();
    for (const item of what) this.#waiting.push({ what: item, batch, since });
    this.#beginAfterTurn();
  }

  /** To be called when what `isAsked()` says may have changed. */
  answered(): void {
    if (this.#held !== undefined) this.#beginAfterTurn();
  }

  /** Begins nothing more until `resume()`. @param idle Called once nothing is being written, perhaps at once. */
  pause(idle: () => void): void {
    this.#paused = idle;
    this.#begin();
  }

  resume(): void {
    this.#paused = undefined;
    this.#begin();
  }

  /**
   * Ends the threads.
   * @param unblock Called while one of them still waits: answers what it may wait for.
   */
  close(unblock: () => void): void {
    this.#waiting = [];
    this.#held?.cancel();
    this.#watch.close();
    for (const { thread, timer } of this.#slots) {
      timer?.cancel();
      thread.end();
    }
    const deadline = performance.now() + CLOSE_MS;
    for (const { thread } of this.#slots) {
      while (!thread.awaitEnd(thread.busy ? 1 : CLOSE_MS) && performance.now() < deadline) unblock();
    }
    libc.close(this.#doneFd);
  }

  #beginAfterTurn(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#reactor.afterTurn(() => {
      this.#asked = false;
      this.#begin();
    });
  }

  #begin(): void {
    const busy = this.#slots.filter(({ thread }) => thread.busy);
    if (this.#paused !== undefined) {
      if (busy.length === 0) this.#paused();
      return;
    }
    // One at a time, as long as it does not wait: they are written faster than threads are woken.
    if (this.#waiting.length === 0 || busy.some(({ stuckOn }) => stuckOn === undefined)) return;
    const slot = this.#free();
    const items = slot === undefined ? [] : this.#choose();
    if (slot === undefined || items.length === 0) return;
    slot.items = items;
    slot.thread.begin(items.map(notificationOf));
    slot.timer = this.#reactor.after(STUCK_MS, () => this.#look(slot));
  }

  /** Takes from what waits all that has no reason to wait on. */
  #choose(): Item[] {
    const { expireNames, isAsked, isWritten } = this.#options;
    const overdue = this.#reactor.now() - HELD_MS;
    const asked = ({ what }: Item): boolean => what.kind === "name" && isAsked(what.parent);
    if (expireNames !== undefined && this.#waiting.some((item) => item.since <= overdue && asked(item))) {
      this.#expireNames(expireNames);
    }
    const stuck = new Set(this.#slots.filter(({ thread }) => thread.busy).map(({ stuckOn }) => stuckOn));
    const spare = THREADS_MOST - stuck.size;
    const chosen: Item[] = [];
    const left: Item[] = [];
    for (const item of this.#waiting) {
      const mustWait =
        (item.what.kind !== "attributes" && stuck.has(keyOf(item))) ||
        (item.what.kind === "all" && isWritten(item.what.oid)) ||
        ((item.since > overdue || spare <= SPARE) && asked(item));
      (mustWait || chosen.length === NOTES.most ? left : chosen).push(item);
    }
    this.#waiting = left;
    this.#held?.cancel();
    this.#held = left.length === 0 ? undefined : this.#reactor.after(HELD_MS, () => this.#begin());
    return chosen;
  }

  #free(): Slot | undefined {
    const free = this.#slots.find(({ thread }) => !thread.busy);
    if (free !== undefined || this.#slots.length === THREADS_MOST) return free;
    const thread = new NotifyThread(this.#options.fd, this.#doneFd);
    const slot: Slot = { thread, items: [], stuckOn: undefined, timer: undefined };
    this.#slots.push(slot);
    return slot;
  }

  /** A batch should be back by now: what is behind the one that waits need not wait as well. */
  #look(slot: Slot): void {
    const begun = slot.thread.begun();
    if (begun === 0) {
      slot.timer = this.#reactor.after(STUCK_MS, () => this.#look(slot));
      return;
    }
    const last = slot.thread.cutShort();
    const behind = slot.items.slice(last);
    slot.items = slot.items.slice(0, last);
    const waits = slot.items.at(-1);
    if (waits !== undefined) slot.stuckOn = keyOf(waits);
    this.#waiting = [...behind, ...this.#waiting];
    const { expireNames } = this.#options;
    if (expireNames !== undefined && waits?.what.kind === "name") {
      slot.timer = this.#reactor.after(HELD_MS, () => this.#giveUp(slot, waits, expireNames));
    }
    this.#begin();
  }

  /** Does without a name's notification that does not come back. The thread goes on waiting. */
  #giveUp(slot: Slot, item: Item, expireNames: () => void): void {
    slot.items = slot.items.slice(0, -1);
    this.#waiting.push(item);
    this.#expireNames(expireNames);
    this.#begin();
  }

  /** Every name is asked again from now on; a directory's listing and attributes, which go with a name, go by themselves. */
  #expireNames(expireNames: () => void): void {
    expireNames();
    this.#waiting = this.#waiting.map((item) =>
      item.what.kind === "name" ? { ...item, what: { kind: "all", oid: item.what.parent } } : item,
    );
  }

  #finish(): void {
    libc.read(this.#doneFd, this.#count, 8);
    for (const slot of this.#slots) {
      const errno = slot.thread.finish();
      if (errno === undefined) continue;
      if (errno !== 0) this.#options.fault(errno);
      slot.timer?.cancel();
      slot.stuckOn = undefined;
      for (const { batch } of slot.items.splice(0)) {
        batch.left -= 1;
        if (batch.left === 0) batch.done();
      }
    }
    this.#begin();
  }
}
