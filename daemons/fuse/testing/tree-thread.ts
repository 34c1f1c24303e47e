/**
 * The thread that serves a memory tree; started by `mountTree`. Its messages: `{started}` with what was negotiated,
 * `{seen}` for each request where asked for, `{ended}` and `{fault}` with a text.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Reactor } from "../../sys/reactor.ts";
import type { Wanted } from "../core/negotiate.ts";
import type { Validity } from "../core/reply.ts";
import type { KernelRequest } from "../core/request.ts";
import { KernelTransport } from "../kernel-transport.ts";
import { MemoryTree } from "./memory-tree.ts";

export type TreeThreadData = {
  readonly fd: number;
  readonly validity: Validity;
  readonly wanted: Wanted;
  readonly spinUs: number;
  /** Post each request's name. */
  readonly seen: boolean;
  /** Answer each WRITE at the end of the turn only, its data kept until then. */
  readonly late: boolean;
};

const { fd, validity, wanted, spinUs, seen, late } = workerData as TreeThreadData;
const reactor = new Reactor();
reactor.spinUs = spinUs;
const tell = (message: object): void => parentPort?.postMessage(message);
const tree = new MemoryTree({
  validity,
  now: () => reactor.realtime(),
  ...(seen ? { seen: ({ op }) => tell({ seen: op }) } : {}),
});
function handle(request: KernelRequest): void {
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

tree.transport = new KernelTransport(reactor, {
  fd,
  wanted,
  events: {
    request: handle,
    started: (session) => tell({ started: { minor: session.minor, features: [...session.features] } }),
    fault: (because) => tell({ fault: because }),
    ended: (because) => {
      tell({ ended: because });
      reactor.stop();
    },
  },
});
reactor.run();
