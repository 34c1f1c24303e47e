import type { Invalidation } from "./core/invalidation.ts";
import type { Negotiated } from "./core/negotiate.ts";
import type { DirectoryEntry, Reply } from "./core/reply.ts";
import type { Header, KernelRequest } from "./core/request.ts";

/** What a transport tells. All are called from the reactor's thread, none after `ended`. */
export type TransportEvents = {
  /**
   * One request. It is answered now or later through {@link Transport.reply}, but for `forget`, `batchForget` and
   * `interrupt`, which are not. What it views (`data`) is gone when this returns, unless {@link Transport.keep} was
   * called within.
   */
  request(request: KernelRequest): void;
  /** Unmounted, aborted, or refused at INIT. Once, and the last of all. */
  ended(because: string): void;
  /** INIT is done: the mount answers from now on. Before the first request. */
  started?(session: Negotiated): void;
  /** The kernel did not take an answer: a bug of ours, to be logged. Its caller got EIO. */
  fault?(because: string): void;
};

/** The way to the kernel: a mounted tree's requests come from it, and its answers go there. */
export interface Transport {
  readonly kind: "kernel" | "fuse-native";
  /** Requests so far. */
  readonly requests: number;
  /** Of these, how many somebody waits for. */
  readonly unanswered: number;
  /**
   * Answers a request, at most once. `reply` and what it views are not needed once this returns. A request that is gone
   * meanwhile (its caller was killed, the mount ended) is no error.
   */
  reply(header: Header, reply: Reply): void;
  /**
   * Answers READDIR or READDIRPLUS with as many entries as fit.
   *
   * @param size,plus As in the request.
   * @param entries In the order of their offsets, from where the kernel asked. One more than was taken may be drawn.
   * @returns How many were taken. Of a READDIRPLUS each with a validity counts as one lookup, but "." and "..".
   */
  replyDirectory(header: Header, size: number, plus: boolean, entries: Iterable<DirectoryEntry>): number;
  /**
   * Within `request()`: keeps what its `data` views until the returned function is called, from the same thread.
   * undefined: copy it instead; always so for small data, and when too much is kept already.
   */
  keep(): (() => void) | undefined;
  /**
   * The kernel is to forget. `done` is called from the reactor's thread once it has, perhaps before this returns; never
   * when the transport ends before. That may take as long as requests stay unanswered: see {@link Invalidation}.
   */
  invalidate(what: readonly Invalidation[], done: () => void): void;
  /** Whether `invalidate` takes `names`. */
  readonly canExpireNames: boolean;
  /**
   * While it is set no request is taken: who asks, waits. Missing where that cannot be. Requests that stand in the way
   * of a notification are still taken, until that is written.
   */
  pause?(isPaused: boolean): void;
  /** Lets go of the mount, which is dead from then on if it is still mounted. No event follows. */
  close(): void;
}
