import { ERRNO, errnoName } from "../core/errno.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from "./constants.ts";
import { libc } from "./libc.ts";
import { linger } from "./linger.ts";
import { addressOf } from "./memory.ts";
import type { Watch } from "./poll-set.ts";
import type { Reactor } from "./reactor.ts";
import { SendQueue } from "./send-queue.ts";
import { encodeSocketAddress, localAddress, peerAddress, showSocketAddress } from "./socket-address.ts";
import { prepareStream, takeError } from "./socket-options.ts";
import type { Timer } from "./timer-queue.ts";

/** Where received bytes go: a FrameDecoder is one. */
export type Sink = {
  /** Where the next bytes go: `buffer[start]` to `buffer[end - 1]`, at least one byte. */
  space(): { readonly buffer: Buffer; readonly start: number; readonly end: number };
  /** So many bytes have come there; they are to be handled here and now. */
  received(bytes: number): void;
};

/** What a connection tells; nothing from within its own methods, always from the reactor. */
export type ConnectionEvents = {
  /** Once, before anything is received. */
  opened?(): void;
  readonly receive: Sink;
  /** The last event, exactly once, also after `close()`. @param because A few words for people: "connection refused". */
  closed(because: string): void;
  /** `full` was true and is not any more. */
  drained?(): void;
};

/** Above this much unsent the connection is full, until it is below a quarter: enough for 2 frames of the largest size. */
const HIGH_WATER = 4 * 1024 * 1024;
const LOW_WATER = HIGH_WATER / 4;
/** An owner that goes on sending to a full connection loses it here rather than the process its memory. */
const UNSENT_MAX = 256 * 1024 * 1024;
/** Data from this size on goes out by itself; smaller frames are gathered, to so many bytes. */
const ALONE_LEAST = 16_384;
const GATHERED_MOST = 65_536;
/** Receives in one turn before others get theirs. */
const RECEIVES = 16;
const CONNECT_MS = 5000;
const ERROR = POLLERR | POLLHUP;

type State = "connecting" | "open" | "closed";

/** What an errno means to a person. @param result -errno. */
const explain = (result: number): string => ERRNO[errnoName(-result)].meaning;

/** A TCP stream on a reactor. Owns its descriptor. */
export class Connection {
  /**
   * @param address IPv4 or IPv6 in numbers. @param connectMs Time to be connected in.
   * @returns At once; what becomes of it is told by `opened()` or `closed()`. What is sent meanwhile waits.
   */
  static connect(
    reactor: Reactor,
    address: string,
    port: number,
    events: ConnectionEvents,
    connectMs: number = CONNECT_MS,
  ): Connection {
    const where = encodeSocketAddress({ address, port });
    if (where === undefined) return new Connection(reactor, -1, events).#refuse(`${address} is not an IP address`);
    const fd = libc.socket(where.readUInt16LE(0), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return new Connection(reactor, -1, events).#refuse(explain(fd));
    const connection = new Connection(reactor, fd, events);
    const result = libc.connect(fd, where, where.length);
    if (result < 0 && result !== -ERRNO.EINPROGRESS.number) return connection.#refuse(explain(result));
    connection.#timer = reactor.after(connectMs, () => connection.#end(`no answer within ${connectMs / 1000} s`));
    return connection;
  }

  /** @param fd A connected non-blocking stream socket, as `listen()` gives it; the connection owns it from now on. */
  static adopt(reactor: Reactor, fd: number, events: ConnectionEvents): Connection {
    const connection = new Connection(reactor, fd, events);
    connection.#opened();
    return connection;
  }

  readonly #reactor: Reactor;
  readonly #fd: number;
  readonly #events: ConnectionEvents;
  readonly #queue = new SendQueue();
  readonly #watch: Watch | undefined;
  #state: State = "connecting";
  #openTold = false;
  #closedTold = false;
  #paused = false;
  #full = false;
  #timer: Timer | undefined;
  /** What is queued was not offered to the socket yet. */
  #gathering = false;
  /** Whether the end of the turn, or idleness, will see to it. */
  #soon = false;
  #later = false;
  #buffer: Buffer | undefined;
  #address = 0;

  private constructor(reactor: Reactor, fd: number, events: ConnectionEvents) {
    this.#reactor = reactor;
    this.#fd = fd;
    this.#events = events;
    if (fd < 0) return;
    prepareStream(fd);
    this.#watch = reactor.watch(fd, POLLOUT, (ready) => this.#ready(ready));
  }

  /** Bytes given to `send()` that the kernel has not taken. */
  get bytesQueued(): number {
    return this.#queue.bytes;
  }

  /** More than 4 MiB are unsent: send no more until `drained()`. */
  get full(): boolean {
    return this.#full;
  }

  /**
   * Sends bytes; those of one call stay together. The caller may reuse both arrays afterwards. What is small goes out
   * together at the end of the turn: to wake a sleeping reader costs more than all else. After the end of the
   * connection: nothing.
   */
  send(head: Uint8Array, tail?: Uint8Array): void {
    if (!this.#put(head, tail) || this.#soon) return;
    this.#soon = true;
    this.#reactor.afterTurn(() => {
      this.#soon = false;
      this.flush();
    });
  }

  /** The same for what nobody waits for: it may gather over many turns, until there is nothing else to do. */
  sendLater(head: Uint8Array, tail?: Uint8Array): void {
    if (!this.#put(head, tail) || this.#soon || this.#later) return;
    this.#later = true;
    this.#reactor.whenIdle(() => {
      this.#later = false;
      this.flush();
    });
  }

  /** Sends what is gathered now. */
  flush(): void {
    if (!this.#gathering) return;
    this.#gathering = false;
    this.#flush();
  }

  /** Receives nothing until `resume()`; then a hang-up is not noticed either. */
  pause(): void {
    this.#paused = true;
    this.#updateInterest();
  }

  resume(): void {
    this.#paused = false;
    this.#updateInterest();
  }

  /**
   * Ends it: nothing more is received, `closed()` follows at the end of this turn. What was sent before still goes out,
   * if it does within a second.
   */
  close(because = "closed here"): void {
    if (this.#state === "open") {
      this.#state = "closed";
      this.#watch?.close();
      linger(this.#reactor, this.#fd, this.#queue);
    }
    this.#end(because);
  }

  #ready(ready: number): void {
    if (this.#state === "connecting") return this.#connected();
    if ((ready & POLLOUT) !== 0) this.#flush();
    if ((ready & (POLLIN | ERROR)) !== 0) this.#receive();
  }

  #connected(): void {
    const error = takeError(this.#fd);
    if (error < 0) return this.#end(explain(error));
    const local = localAddress(this.#fd);
    const peer = peerAddress(this.#fd);
    // TCP lets a socket connect to itself when its own port happens to be the one that nobody listens at.
    if (local !== undefined && peer !== undefined && showSocketAddress(local) === showSocketAddress(peer)) {
      return this.#end(explain(-ERRNO.ECONNREFUSED.number));
    }
    this.#opened();
  }

  #opened(): void {
    this.#timer?.cancel();
    this.#state = "open";
    this.#updateInterest();
    this.#reactor.afterTurn(() => this.#tellOpened());
  }

  #tellOpened(): void {
    if (this.#openTold || this.#state !== "open") return;
    this.#openTold = true;
    this.#events.opened?.();
    this.#flush();
  }

  #receive(): void {
    this.#tellOpened();
    for (let i = 0; i < RECEIVES && this.#state === "open" && !this.#paused; i++) {
      const { buffer, start, end } = this.#events.receive.space();
      if (buffer !== this.#buffer) {
        this.#buffer = buffer;
        this.#address = addressOf(buffer);
      }
      const bytes = libc.recv(this.#fd, this.#address + start, end - start, 0);
      if (bytes === 0) return this.#end("closed by the other side");
      if (bytes === -ERRNO.EAGAIN.number) return;
      if (bytes < 0) return this.#end(explain(bytes));
      this.#events.receive.received(bytes);
      // Less than there was room for: the socket is empty, and the call that would say so is saved.
      if (bytes < end - start) return;
    }
  }

  /** @returns Whether what is gathered has to be flushed some time. */
  #put(head: Uint8Array, tail: Uint8Array | undefined): boolean {
    if (this.#state === "closed") return false;
    const alone = head.length + (tail?.length ?? 0) >= ALONE_LEAST;
    if (alone) this.flush();
    const empty = this.#state === "open" && this.#queue.bytes === 0;
    if (empty && alone) this.#sent(this.#queue.send(this.#fd, head, tail));
    else {
      this.#gathering ||= empty;
      this.#queue.push(head, tail);
    }
    this.#full ||= this.#queue.bytes > HIGH_WATER;
    if (this.#queue.bytes > UNSENT_MAX) this.#end("the other side takes nothing");
    else if (this.#queue.bytes >= GATHERED_MOST) this.flush();
    return this.#gathering;
  }

  #flush(): void {
    if (this.#state === "open") this.#sent(this.#queue.flush(this.#fd));
  }

  #sent(result: number): void {
    if (result < 0) return this.#end(explain(result));
    this.#updateInterest();
    if (!this.#full || this.#queue.bytes > LOW_WATER) return;
    this.#full = false;
    this.#reactor.afterTurn(() => {
      if (this.#state === "open" && !this.#full) this.#events.drained?.();
    });
  }

  #updateInterest(): void {
    if (this.#state !== "open") return;
    const writing = this.#queue.bytes > 0 && !this.#gathering ? POLLOUT : 0;
    this.#watch?.interest((this.#paused ? 0 : POLLIN) | writing);
  }

  #refuse(because: string): this {
    this.#end(because);
    return this;
  }

  #end(because: string): void {
    if (this.#closedTold) return;
    this.#closedTold = true;
    this.#timer?.cancel();
    if (this.#state !== "closed") this.#release();
    this.#reactor.afterTurn(() => this.#events.closed(because));
  }

  #release(): void {
    this.#state = "closed";
    this.#watch?.close();
    this.#queue.clear();
    if (this.#fd >= 0) libc.close(this.#fd);
  }
}
