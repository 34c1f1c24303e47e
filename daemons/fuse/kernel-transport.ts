import { ERRNO, errnoName } from "../core/errno.ts";
import { POLLIN } from "../sys/constants.ts";
import { libc } from "../sys/libc.ts";
import { addressOf, IoVector } from "../sys/memory.ts";
import type { Watch } from "../sys/poll-set.ts";
import type { Reactor } from "../sys/reactor.ts";
import { appendFlags } from "./core/append-flags.ts";
import { decodeRequest } from "./core/decode-request.ts";
import { encodeNotification } from "./core/encode-notification.ts";
import type { Invalidation } from "./core/invalidation.ts";
import { encodeHeader, encodeReply } from "./core/encode-reply.ts";
import { type Negotiated, negotiate, WANTED, type Wanted } from "./core/negotiate.ts";
import { packDirectory } from "./core/pack-directory.ts";
import type { DirectoryEntry, Reply } from "./core/reply.ts";
import type { Header, KernelRequest } from "./core/request.ts";
import { OUT_HEADER } from "./core/structures.ts";
import { Notifier, type Written } from "./notifier.ts";
import { isAnswered, PendingRequests } from "./pending-requests.ts";
import { RequestBuffers, type SystemMemory, systemMemory } from "./request-buffers.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** Beside the data: the header, the longest structure, extensions. With less the kernel gives EINVAL for ever. */
const HEADROOM_BYTES = 8192;
/** So many requests are taken before the reactor's other descriptors get their turn: about 0.3 ms. */
const REQUESTS_PER_TURN = 32;
/** From here on data goes to the kernel from where it lies (writev); below, one copy is cheaper. */
const GATHER_BYTES_LEAST = 64 * 1024;
/** Data smaller than this is better copied than kept, as each kept request takes a buffer of its own. */
const KEEP_BYTES_LEAST = 64 * 1024;
/** Of kept buffers at most: 32 of a little over 1 MiB. */
const KEPT_MOST = 32;

/** The minor version with NOTIFY_INC_EPOCH: Linux 6.16. */
const EPOCH_MINOR = 44;

const { EAGAIN, EINTR, ENODEV, ENOENT, ECONNABORTED } = ERRNO;

export type KernelTransportOptions = {
  /** /dev/fuse, non-blocking and mounted. Owned by the transport from now on. */
  readonly fd: number;
  readonly events: TransportEvents;
  /** What to ask for at INIT; {@link WANTED} by default. */
  readonly wanted?: Wanted;
  /** The descriptor is one that an earlier process had: INIT is over, and this was agreed on. */
  readonly session?: Negotiated;
};

/** The kernel's own protocol through /dev/fuse: linux/fuse.h, fs/fuse/dev.c. */
export class KernelTransport implements Transport {
  readonly kind = "kernel";
  readonly #fd: number;
  readonly #events: TransportEvents;
  readonly #wanted: Wanted;
  readonly #watch: Watch;
  readonly #buffers: RequestBuffers;
  readonly #out: SystemMemory;
  readonly #pieces = new IoVector(2);
  #session: Negotiated | undefined;
  #requests = 0;
  #open = true;
  #paused = false;
  readonly #reactor: Reactor;
  readonly #pending = new PendingRequests();
  #notifier: Notifier | undefined;
  /** Bytes of the request that is being handled; 0 when its buffer cannot be kept (any more). */
  #keepable = 0;

  constructor(reactor: Reactor, { fd, events, wanted = WANTED, session }: KernelTransportOptions) {
    this.#reactor = reactor;
    this.#fd = fd;
    this.#events = events;
    this.#wanted = wanted;
    this.#session = session;
    this.#buffers = new RequestBuffers(wanted.maxWriteBytes + HEADROOM_BYTES, KEPT_MOST);
    this.#out = systemMemory(wanted.maxWriteBytes + HEADROOM_BYTES);
    this.#pieces.set(0, this.#out.address, OUT_HEADER.bytes);
    this.#watch = reactor.watch(fd, POLLIN, () => this.#takeRequests());
    if (session !== undefined) this.#notifier = this.#startNotifier(session);
  }

  get requests(): number {
    return this.#requests;
  }

  get unanswered(): number {
    return this.#pending.count;
  }

  reply(header: Header, reply: Reply): void {
    if (!this.#open) return;
    const request = this.#answered(header);
    if (request !== undefined && (reply.kind === "opened" || reply.kind === "created")) {
      const canMap = this.#session?.features.has("directIoAllowMmap") ?? false;
      const openFlags = reply.openFlags | appendFlags(request, canMap);
      this.#write(encodeReply(this.#out, header, { ...reply, openFlags }));
    } else if (reply.kind === "data" && reply.data.byteLength >= GATHER_BYTES_LEAST)
      this.#writeGathered(header, reply.data);
    else this.#write(encodeReply(this.#out, header, reply));
  }

  replyDirectory(header: Header, size: number, plus: boolean, entries: Iterable<DirectoryEntry>): number {
    if (!this.#open) return 0;
    this.#answered(header);
    const room = Math.min(size, this.#out.bytes.byteLength - OUT_HEADER.bytes);
    const { bytes, taken } = packDirectory(this.#out, OUT_HEADER.bytes, room, entries, plus);
    encodeHeader(this.#out.view, header, OUT_HEADER.bytes + bytes, 0);
    this.#write(OUT_HEADER.bytes + bytes);
    return taken;
  }

  keep(): (() => void) | undefined {
    if (this.#keepable < KEEP_BYTES_LEAST) return undefined;
    this.#keepable = 0;
    return this.#buffers.keep();
  }

  /**
   * Has the kernel repeat all requests that an earlier process had read and not answered (7.40, Linux 6.9). Waits for
   * nothing, so this thread may do it. @returns Whether the kernel could.
   */
  resend(): boolean {
    return libc.write(this.#fd, this.#out.address, encodeNotification(this.#out, { kind: "resend" })) >= 0;
  }

  invalidate(what: readonly Invalidation[], done: () => void): void {
    if (!this.#open) return;
    const written: Written[] = [];
    let names = false;
    for (const item of what) {
      if (item.kind === "names") names = true;
      else written.push(item);
    }
    if (names) this.#expireNames();
    if (written.length === 0) done();
    else this.#notifier?.add(written, done);
  }

  get canExpireNames(): boolean {
    return (this.#session?.minor ?? 0) >= EPOCH_MINOR;
  }

  pause(isPaused: boolean): void {
    if (!this.#open) return;
    if (!isPaused) {
      this.#setPaused(false);
      this.#notifier?.resume();
    } else if (this.#notifier === undefined) this.#setPaused(true);
    else this.#notifier.pause(() => this.#setPaused(true));
  }

  close(): void {
    if (!this.#open) return;
    this.#notifier?.close(() => this.#refuseAll());
    this.#open = false;
    this.#watch.close();
    libc.close(this.#fd);
  }

  #startNotifier(session: Negotiated): Notifier {
    return new Notifier(this.#reactor, {
      fd: this.#fd,
      isAsked: (directory) => this.#pending.locks(directory),
      isWritten: (file) => this.#pending.writes(file),
      expireNames: session.minor >= EPOCH_MINOR ? () => this.#expireNames() : undefined,
      fault: (errno) => this.#events.fault?.(`the kernel refused a notification: ${errnoName(errno)}`),
    });
  }

  /** Only counts a number up (fs/fuse/dev.c, fuse_notify_inc_epoch), so this thread may do it. */
  #expireNames(): void {
    this.#written(libc.write(this.#fd, this.#out.address, encodeNotification(this.#out, { kind: "epoch" })));
  }

  #setPaused(isPaused: boolean): void {
    this.#paused = isPaused;
    this.#watch.interest(isPaused ? 0 : POLLIN);
  }

  #answered(header: Header): KernelRequest | undefined {
    const request = this.#pending.answered(header);
    this.#notifier?.answered();
    return request;
  }

  /** Frees whoever a notification waits for, so that its thread can end: the mount has no daemon any more. */
  #refuseAll(): void {
    const refuse = (header: Header): void => {
      libc.write(this.#fd, this.#out.address, encodeReply(this.#out, header, { kind: "error", errno: "ENOTCONN" }));
    };
    for (const header of this.#pending.takeAll()) refuse(header);
    const { current } = this.#buffers;
    for (;;) {
      const length = libc.read(this.#fd, current.address, current.bytes.byteLength);
      if (length < 0 || this.#session === undefined) return;
      const { op, header } = decodeRequest(current, length, this.#session);
      if (isAnswered(op)) refuse(header);
    }
  }

  #end(because: string): void {
    this.close();
    this.#events.ended(because);
  }

  #takeRequests(): void {
    for (let taken = 0; taken < REQUESTS_PER_TURN && this.#open && !this.#paused; taken += 1) {
      const memory = this.#buffers.current;
      const length = libc.read(this.#fd, memory.address, memory.bytes.byteLength);
      if (length >= 0) this.#take(memory, length);
      else if (length === -EAGAIN.number) return;
      // ENOENT: the caller was killed between the kernel's choice of the request and our read.
      else if (length !== -EINTR.number && length !== -ENOENT.number) {
        this.#end(
          length === -ENODEV.number || length === -ECONNABORTED.number ? "unmounted" : `read: ${errnoName(-length)}`,
        );
        return;
      }
    }
  }

  #take(memory: SystemMemory, length: number): void {
    if (this.#session === undefined) {
      this.#start(memory, length);
      return;
    }
    this.#requests += 1;
    const request = decodeRequest(memory, length, this.#session);
    this.#keepable = length;
    this.#pending.begin(request);
    this.#events.request(request);
    this.#pending.end(request);
    this.#keepable = 0;
  }

  #start(memory: SystemMemory, length: number): void {
    const negotiation = negotiate(memory, length, this.#out, this.#wanted);
    if (negotiation.kind === "refused") {
      this.#end(negotiation.because);
      return;
    }
    this.#write(negotiation.bytes);
    if (negotiation.kind === "again" || !this.#open) return;
    this.#session = negotiation.session;
    this.#notifier = this.#startNotifier(negotiation.session);
    this.#events.started?.(negotiation.session);
  }

  #write(bytes: number): void {
    this.#written(libc.write(this.#fd, this.#out.address, bytes));
  }

  #writeGathered(header: Header, data: Uint8Array): void {
    encodeHeader(this.#out.view, header, OUT_HEADER.bytes + data.byteLength, 0);
    this.#pieces.set(1, addressOf(data), data.byteLength);
    this.#written(libc.writev(this.#fd, this.#pieces.address, 2));
  }

  #written(result: number): void {
    // ENOENT: the request is gone. ENODEV: the mount is, which the next read tells. Else the kernel has ended the
    // request with EIO by itself (fs/fuse/dev.c, fuse_dev_do_write).
    if (result >= 0 || result === -ENOENT.number || result === -ENODEV.number) return;
    this.#events.fault?.(`the kernel refused an answer: ${errnoName(-result)}`);
  }
}
