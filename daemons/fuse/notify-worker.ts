/**
 * What a transport and a thread that writes notifications share, in one SharedArrayBuffer per thread: indices into an
 * Int32Array. The transport writes a batch and then `state`; each notification is the thread's from the moment it has
 * counted `next` up, so what it has not come to can be taken away from it by setting `next` to the end.
 */
export const NOTES = {
  state: 0,
  /** The notification to write next. */
  next: 1,
  count: 2,
  /** An errno that says more than that there was nothing to forget; 0: none. */
  error: 3,
  /** Where each notification begins, in bytes of the memory. */
  starts: 16,
  /** So many at once. */
  most: 256,
} as const;

/** A notification's bytes at most: header, structure, the longest name (limits.h: NAME_MAX) and NUL; begins at words. */
export const NOTE_BYTES = 16 + 32 + 256;
/** Where the notifications lie. */
export const NOTES_FROM = 4 * (NOTES.starts + NOTES.most);

export const NOTES_STATE = { idle: 0, job: 1, done: 2, end: 3, ended: 4 } as const;
/**
 * -errno of a notification that are no fault: nothing there to forget (ENOENT), no directory any more (ENOTDIR), the
 * mount is gone (ENODEV, ENOTCONN).
 */
export const NOTHING_TO_FORGET: readonly number[] = [2, 20, 19, 107];

/** What a thread is started with. `koffi` is the path of the module, `doneFd` the eventfd of the reactor's thread. */
export type NotifyWorkerStart = {
  readonly shared: SharedArrayBuffer;
  readonly koffi: string;
  /** /dev/fuse. */
  readonly fd: number;
  readonly doneFd: number;
};

/** What it uses of the module koffi. */
type Koffi = {
  load(path: null): { func(name: string, result: string, parameters: string[]): (...values: unknown[]) => number };
  address(bytes: Uint8Array): bigint;
  errno(): number;
};

/**
 * The body of a thread that writes notifications, and waits as long as the kernel makes it wait.
 *
 * It is started from its own text, so that it needs no file of its own: the programs are bundles of one file each. So
 * it may name nothing that is outside of it but its parameters.
 */
export function notifyWorker(
  require: (module: string) => unknown,
  { shared, koffi: path, fd, doneFd }: NotifyWorkerStart,
  [cell, states, expected]: [typeof NOTES, typeof NOTES_STATE, typeof NOTHING_TO_FORGET],
): void {
  const koffi = require(path) as Koffi;
  const write = koffi.load(null).func("write", "int64", ["int", "void *", "size_t"]);
  const words = new Int32Array(shared);
  const address = Number(koffi.address(new Uint8Array(shared)));
  const one = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]);
  const writeNext = (): boolean => {
    const item = Atomics.add(words, cell.next, 1);
    if (item >= (words[cell.count] ?? 0)) return false;
    const start = words[cell.starts + item] ?? 0;
    // A notification begins with its length.
    if (write(fd, address + start, words[start >> 2]) < 0) {
      const errno = koffi.errno();
      if (!expected.includes(errno)) words[cell.error] = errno;
    }
    return true;
  };
  for (;;) {
    const state = Atomics.load(words, cell.state);
    if (state === states.end) break;
    if (state !== states.job) {
      Atomics.wait(words, cell.state, state);
      continue;
    }
    while (writeNext());
    // The transport may have asked for the end meanwhile.
    if (Atomics.compareExchange(words, cell.state, states.job, states.done) !== states.job) break;
    write(doneFd, one, 8);
  }
  Atomics.store(words, cell.state, states.ended);
  Atomics.notify(words, cell.state);
}
