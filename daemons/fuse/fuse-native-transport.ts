import type { MessagePort } from "node:worker_threads";
import { oid } from "../core/brand.ts";
import type { Reactor } from "../sys/reactor.ts";
import type { Invalidation } from "./core/invalidation.ts";
import type { Negotiated } from "./core/negotiate.ts";
import {
  type Asked,
  answerPathCall,
  type OpenFiles,
  type PathAnswer,
  type PathCall,
  type Told,
} from "./core/path-calls.ts";
import type { DirectoryEntry, Reply } from "./core/reply.ts";
import type { Header, KernelRequest } from "./core/request.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** From the thread that fuse-native lives on. */
export type FromFuseNative =
  | { readonly kind: "mounted" }
  | { readonly kind: "call"; readonly id: number; readonly call: PathCall }
  | { readonly kind: "ended"; readonly because: string };
/** To it. */
export type ToFuseNative = { readonly id: number; readonly answer: PathAnswer };

/** There is no INIT: libfuse speaks for itself. */
const NO_SESSION: Negotiated = {
  minor: 0,
  features: new Set(),
  unused: new Set(),
  setxattrExt: false,
  maxWriteBytes: 128 * 1024,
  maxReadaheadBytes: 128 * 1024,
};

export type FuseNativeTransportOptions = {
  /** Leads to `mountFuseNative`. */
  readonly port: MessagePort;
  /** On whose behalf all is done: fuse-native does not tell who calls. */
  readonly uid: number;
  readonly gid: number;
  readonly events: TransportEvents;
};

type Steps = Generator<Asked, PathAnswer, Told>;

/**
 * The reactor's half of the second transport: calls by path come in from `mountFuseNative` on the main thread, each is
 * taken apart into requests, and the answer goes back. No `forget` is ever sent, nor an `interrupt`.
 */
export class FuseNativeTransport implements Transport {
  readonly kind = "fuse-native";
  readonly canExpireNames = false;
  readonly #options: FuseNativeTransportOptions;
  readonly #files: OpenFiles = new Map();
  /** Requests that are not answered yet, by their number. */
  readonly #waiting = new Map<number, (told: Told) => void>();
  #requests = 0;
  #open = true;

  constructor(reactor: Reactor, options: FuseNativeTransportOptions) {
    this.#options = options;
    reactor.inbox(options.port, (message) => this.#told(message as FromFuseNative));
  }

  get requests(): number {
    return this.#requests;
  }

  get unanswered(): number {
    return this.#waiting.size;
  }

  reply(header: Header, reply: Reply): void {
    this.#answered(header, reply);
  }

  replyDirectory(header: Header, size: number, _plus: boolean, entries: Iterable<DirectoryEntry>): number {
    const taken: DirectoryEntry[] = [];
    let room = size;
    for (const entry of entries) {
      room -= 24 + entry.name.length;
      if (room < 0) break;
      taken.push(entry);
    }
    this.#answered(header, { kind: "listing", entries: taken });
    return taken.length;
  }

  keep(): undefined {
    // What a write carries is its own copy already, but whoever asks may not know: they copy it once more.
    return undefined;
  }

  /** Mounted with time-outs of 0 and without a way to notify: libfuse and the kernel remember nothing. */
  invalidate(_: readonly Invalidation[], done: () => void): void {
    done();
  }

  close(): void {
    this.#open = false;
    this.#waiting.clear();
  }

  #told(message: FromFuseNative): void {
    if (!this.#open) return;
    if (message.kind === "call") this.#run(message.id, answerPathCall(message.call, this.#files));
    else if (message.kind === "mounted") this.#options.events.started?.(NO_SESSION);
    else {
      this.close();
      this.#options.events.ended(message.because);
    }
  }

  #answered(header: Header, told: Told): void {
    const waiting = this.#waiting.get(header.unique);
    this.#waiting.delete(header.unique);
    waiting?.(told);
  }

  /** Goes on as long as answers come at once, and is called again by one that comes later. */
  #run(id: number, steps: Steps, first?: Told): void {
    let told = first;
    while (this.#open) {
      const next = told === undefined ? steps.next({ kind: "empty" }) : advance(steps, told);
      if (next.done) {
        this.#options.port.postMessage({ id, answer: next.value } satisfies ToFuseNative);
        return;
      }
      let at: "asking" | "waiting" = "asking";
      told = undefined;
      this.#ask(next.value, (answer) => {
        if (at === "asking") told = answer;
        else this.#run(id, steps, answer);
      });
      if (told === undefined) {
        at = "waiting";
        return;
      }
    }
  }

  #ask({ node, operation }: Asked, answered: (told: Told) => void): void {
    this.#requests += 1;
    const unique = this.#requests * 2;
    const { uid, gid, events } = this.#options;
    const header: Header = { unique, resent: false, node: oid(node), uid, gid, pid: process.pid, suppGroup: undefined };
    this.#waiting.set(unique, answered);
    events.request({ header, ...operation } satisfies KernelRequest);
  }
}

/** An error ends the steps; their `finally` blocks may ask some more. */
function advance(steps: Steps, told: Told): IteratorResult<Asked, PathAnswer> {
  if (told.kind === "error") return steps.return({ error: told.errno });
  if (told.kind === "negative") return steps.return({ error: "ENOENT" });
  return steps.next(told);
}
