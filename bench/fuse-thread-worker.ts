/**
 * The thread under test of `fuse-thread`: the real transport and reactor over a tree in memory, with clocks at the
 * borders: around read(2) and write(2), at the handler's begin, and at the reply's. Posts its samples when unmounted.
 */
import { parentPort, workerData } from "node:worker_threads";
import { TIME_ZERO } from "../daemons/core/time.ts";
import type { Reply } from "../daemons/fuse/core/reply.ts";
import type { Header, OperationName } from "../daemons/fuse/core/request.ts";
import { KernelTransport } from "../daemons/fuse/kernel-transport.ts";
import { MemoryTree } from "../daemons/fuse/testing/memory-tree.ts";
import { libc } from "../daemons/sys/libc.ts";
import { addressOf, readI64, viewOf } from "../daemons/sys/memory.ts";
import { Reactor } from "../daemons/sys/reactor.ts";

/** Microseconds of each part of one request. */
export type Sample = readonly [read: number, decode: number, handle: number, encode: number, write: number];
export type Samples = {
  readonly op: OperationName;
  readonly samples: Sample[];
  /** Microseconds of this thread's processor time per request: polls and vain reads included. */
  cpu: number[];
};

const { fd, spinUs } = workerData as { readonly fd: number; readonly spinUs: number };
/** linux/time.h. */
const CLOCK_THREAD_CPUTIME_ID = 3;
/** Samples of one operation at most. */
const SAMPLES_MOST = 100_000;
/** The processor's time is looked at after so many requests, and is that of the operation that half of them were. */
const CPU_EVERY = 500;

const timespec = Buffer.alloc(16);
const timespecAt = addressOf(timespec);
const timespecView = viewOf(timespec);
function cpuUs(): number {
  libc.clock_gettime(CLOCK_THREAD_CPUTIME_ID, timespecAt);
  return readI64(timespecView, 0) * 1e6 + timespecView.getUint32(8, true) / 1e3;
}

const now = (): number => performance.now();
function clockCostMs(): number {
  const began = now();
  for (let i = 0; i < 200_000; i += 1) now();
  return (now() - began) / 200_000;
}

const found = new Map<OperationName, Samples>();
let op: OperationName = "unknown";
let requests = 0;
let cpuBegan = 0;
let readBegan = 0;
let readEnded = 0;
let handleBegan = 0;
let replyBegan = 0;
clockCostMs();
const cost = clockCostMs();
const us = (from: number, to: number): number => (to - from - cost) * 1000;

const counts = new Map<OperationName, number>();

function countCpu(): void {
  counts.set(op, (counts.get(op) ?? 0) + 1);
  requests += 1;
  if (requests < CPU_EVERY) return;
  const cpu = cpuUs();
  // Six looks at the clock belong to the bench.
  const each = (cpu - cpuBegan) / requests - 6 * cost * 1000;
  for (const [name, count] of counts) if (count * 2 >= requests) found.get(name)?.cpu.push(each);
  counts.clear();
  requests = 0;
  cpuBegan = cpu;
}

function sample(writeBegan: number, writeEnded: number): void {
  let samples = found.get(op);
  if (samples === undefined) {
    samples = { op, samples: [], cpu: [] };
    found.set(op, samples);
  }
  if (samples.samples.length >= SAMPLES_MOST) return;
  samples.samples.push([
    us(readBegan, readEnded),
    us(readEnded, handleBegan),
    us(handleBegan, replyBegan),
    us(replyBegan, writeBegan),
    us(writeBegan, writeEnded),
  ]);
}

/** Binds the calls and puts the clocks around them. */
function wrapCalls(): void {
  for (const name of ["read", "write", "writev"] as const) libc[name](-1, 0, 0);
  const { read, write, writev } = libc;
  libc.read = (file, buffer, count) => {
    readBegan = now();
    const result = read(file, buffer, count);
    readEnded = now();
    return result;
  };
  libc.write = (file, buffer, count) => {
    const began = now();
    const result = write(file, buffer, count);
    sample(began, now());
    return result;
  };
  libc.writev = (file, vector, count) => {
    const began = now();
    const result = writev(file, vector, count);
    sample(began, now());
    return result;
  };
}

wrapCalls();
const reactor = new Reactor();
reactor.spinUs = spinUs;
const tree = new MemoryTree({ validity: { entrySeconds: 0, attributeSeconds: 0 }, now: () => TIME_ZERO });
const transport = new KernelTransport(reactor, {
  fd,
  events: {
    request(request) {
      handleBegan = now();
      op = request.op;
      countCpu();
      tree.handle(request);
    },
    ended() {
      parentPort?.postMessage([...found.values()]);
      reactor.stop();
    },
  },
});
tree.transport = {
  reply(header: Header, reply: Reply) {
    replyBegan = now();
    // Listings are to be asked for each time, not kept by the kernel.
    transport.reply(header, reply.kind === "opened" ? { ...reply, openFlags: 0 } : reply);
  },
  replyDirectory: (header, size, plus, entries) => {
    replyBegan = now();
    return transport.replyDirectory(header, size, plus, entries);
  },
  keep: () => transport.keep(),
};
reactor.run();
