/**
 * The thread that serves a memory tree; started by `mountTree`. Its messages: `{wakeFd}` of its reactor, `{started}` with
 * what was negotiated, `{seen}` for each request where asked for, `{done}` with the number of what it was asked to
 * do, `{ended}` and `{fault}` with a text.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Reactor } from "../../sys/reactor.ts";
import type { Invalidation } from "../core/invalidation.ts";
import type { Wanted } from "../core/negotiate.ts";
import type { Validity } from "../core/reply.ts";
import type { KernelRequest, OperationName } from "../core/request.ts";
import { FuseNativeTransport } from "../fuse-native-transport.ts";
import { KernelTransport } from "../kernel-transport.ts";
import type { Transport, TransportEvents } from "../transport.ts";
import { WithoutHandles } from "../without-handles.ts";
import { MemoryTree } from "./memory-tree.ts";

export type TreeThreadData = {
  /** What is served: /dev/fuse, mounted, or the way to `mountFuseNative`. */
  readonly device: { readonly fd: number } | { readonly port: MessagePort };
  readonly validity: Validity;
  readonly wanted: Wanted;
  readonly spinUs: number;
  /** Post each request's name. */
  readonly seen: boolean;
  /** Answer each WRITE at the end of the turn only, its data kept until then. */
  readonly late: boolean;
  /** false: through `WithoutHandles`. */
  readonly handles: boolean;
};

/** What the test asks of it; it must be woken afterwards. */
export type ToTree =
  | { readonly kind: "invalidate"; readonly what: readonly Invalidation[] }
  /** Such requests are not answered until `release`. */
  | { readonly kind: "hold"; readonly op: OperationName }
  | { readonly kind: "release" }
  /** Tells how many requests the kernel has sent. */
  | { readonly kind: "count" }
  /** The transport is closed, the mount left as it is. */
  | { readonly kind: "close" };

const { device, validity, wanted, spinUs, seen, late, handles } = workerData as TreeThreadData;
const reactor = new Reactor();
reactor.spinUs = spinUs;
const tell = (message: object): void => parentPort?.postMessage(message);
const tree = new MemoryTree({
  validity,
  now: () => reactor.realtime(),
  ...(seen ? { seen: ({ op }) => tell({ seen: op }) } : {}),
});
const held = new Set<OperationName>();
let waiting: KernelRequest[] = [];
function handle(request: KernelRequest): void {
  if (held.has(request.op)) {
    if (seen) tell({ seen: `${request.op} held` });
    waiting.push(request);
    return;
  }
  if (!late || request.op !== "write") {
    tree.handle(request);
    return;
  }
  const release = tree.transport?.keep();
  const data = release === undefined ? Uint8Array.prototype.slice.call(request.data) : request.data;
  reactor.afterTurn(() => {
    tree.handle({ ...request, data });
    release?.();
  });
}

function told(message: ToTree, done: (requests?: number) => void): void {
  switch (message.kind) {
    case "invalidate":
      return transport.invalidate(message.what, () => done());
    case "count":
      return done(transport.requests);
    case "hold":
      held.add(message.op);
      return done();
    case "release": {
      held.clear();
      const requests = waiting;
      waiting = [];
      for (const request of requests) tree.handle(request);
      return done();
    }
    case "close":
      transport.close();
      tell({ ended: "closed" });
      reactor.stop();
  }
}

const events: TransportEvents = {
  request: (request) => (withoutHandles === undefined ? handle(request) : withoutHandles.request(request)),
  started: (session) => tell({ started: { minor: session.minor, features: [...session.features] } }),
  fault: (because) => tell({ fault: because }),
  ended: (because) => {
    tell({ ended: because });
    reactor.stop();
  },
};
const transport: Transport =
  "fd" in device
    ? new KernelTransport(reactor, { fd: device.fd, wanted, events })
    : new FuseNativeTransport(reactor, { port: device.port, uid: 0, gid: 0, events });
const withoutHandles = handles
  ? undefined
  : new WithoutHandles({ handle, reply: (header, reply) => transport.reply(header, reply) });
tree.transport =
  withoutHandles === undefined
    ? transport
    : {
        reply: (header, reply) => {
          if (!withoutHandles.takes(header, reply)) transport.reply(header, reply);
        },
        replyDirectory: (...listing) => transport.replyDirectory(...listing),
        keep: () => transport.keep(),
      };
if (parentPort !== null) {
  reactor.inbox(parentPort, (message) => {
    const { id, asked } = message as { readonly id: number; readonly asked: ToTree };
    told(asked, (requests) => tell({ done: id, requests }));
  });
}
tell({ wakeFd: reactor.wakeFd });
reactor.run();
