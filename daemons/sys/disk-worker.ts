/**
 * What a reactor and a disk worker share, in one SharedArrayBuffer per worker. The reactor writes a job and then
 * `state`; the worker the result and then `state`: each side reads the rest only after it has seen that word change.
 */
export const CELL = {
  /** Indices into an Int32Array. */
  state: 0,
  call: 1,
  fd: 2,
  length: 3,
  result: 4,
  /** Indices into a Float64Array over the same memory; the second: how long the call took, in milliseconds. */
  offset: 3,
  took: 4,
  /** Where the bytes of a read begin. */
  data: 64,
} as const;

export const STATE = { idle: 0, job: 1, done: 2, end: 3, ended: 4 } as const;
export const CALL = { fsync: 0, fdatasync: 1, syncfs: 2, pread: 3 } as const;

/** What a worker is started with. `koffi` is the path of the module, `doneFd` the eventfd of the reactor's thread. */
export type DiskWorkerStart = {
  readonly shared: SharedArrayBuffer;
  readonly koffi: string;
  readonly doneFd: number;
};

type Koffi = typeof import("koffi");

/**
 * The body of a disk worker: waits for a job, makes the call, says so, for ever.
 *
 * It is started from its own text, so that it needs no file of its own: the programs are bundles of one file each. So
 * it may name nothing that is outside of it but its parameters.
 */
export function diskWorker(
  require: (module: string) => unknown,
  { shared, koffi: path, doneFd }: DiskWorkerStart,
  [cell, states, calls]: [typeof CELL, typeof STATE, typeof CALL],
): void {
  const koffi = require(path) as Koffi;
  const libc = koffi.load(null);
  const sync = (name: string) => libc.func(name, "int", ["int"]) as (fd: number) => number;
  const syncs = [sync("fsync"), sync("fdatasync"), sync("syncfs")];
  const pread = libc.func("pread", "int64", ["int", "void *", "size_t", "int64"]);
  const write = libc.func("write", "int64", ["int", "void *", "size_t"]);
  const words = new Int32Array(shared);
  const doubles = new Float64Array(shared);
  const data = new Uint8Array(shared, cell.data);
  const one = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]);
  const run = (call: number, fd: number): number => {
    if (call === calls.pread) return pread(fd, data, words[cell.length], doubles[cell.offset]);
    return syncs[call]?.(fd) ?? -1;
  };
  for (;;) {
    const state = Atomics.load(words, cell.state);
    if (state === states.end) break;
    if (state !== states.job) {
      Atomics.wait(words, cell.state, state);
      continue;
    }
    const began = performance.now();
    const result = run(words[cell.call] ?? -1, words[cell.fd] ?? -1);
    doubles[cell.took] = performance.now() - began;
    words[cell.result] = result < 0 ? -koffi.errno() : result;
    // The reactor may have asked for the end meanwhile.
    if (Atomics.compareExchange(words, cell.state, states.job, states.done) !== states.job) break;
    Atomics.notify(words, cell.state);
    write(doneFd, one, 8);
  }
  Atomics.store(words, cell.state, states.ended);
  Atomics.notify(words, cell.state);
}
