/** The main thread's half of the second transport: the npm package fuse-native, which needs libfuse 2.9. */
import type { MessagePort } from "node:worker_threads";
import type { Attributes } from "../core/attributes.ts";
import { errnoNumber } from "../core/errno.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Time } from "../core/time.ts";
import type { PathAnswer, PathCall, PathValue } from "./core/path-calls.ts";
import type { FromFuseNative, ToFuseNative } from "./fuse-native-transport.ts";
import { findMount } from "./mount.ts";

/** As fuse-native documents it: the parts that are used. Its numbers of errors are negative. */
type FuseNative = {
  mount(done: (error: Error | null) => void): void;
  unmount(done: (error: Error | null) => void): void;
};
type Callback = (error: number, value?: unknown) => void;
type Handler = (...values: never[]) => void;
type FuseNativeClass = {
  new (at: string, handlers: Record<string, Handler>, options: object): FuseNative;
  /** What `unmount` of an instance calls before it ends its thread. */
  unmount(at: string, done: (error: Error | null) => void): void;
};

/** How often the table of mounts is looked at: fuse-native does not tell that it was unmounted. */
const LOOK_MS = 500;

export type FuseNativeMount = {
  readonly source: string;
  readonly at: string;
  /** As for `mountFuse`. */
  readonly words: readonly string[];
  /** Leads to a `FuseNativeTransport`. */
  readonly port: MessagePort;
  /** Wakes the reactor of that transport, after a message. */
  wake(): void;
};

/** @returns ENOENT where the package or libfuse 2 is missing. */
export async function loadFuseNative(): Promise<Result<FuseNativeClass>> {
  // Not a literal: the package is optional, and neither the compiler nor the bundler shall look for it.
  const name: string = "fuse-native";
  try {
    const loaded = (await import(name)) as { readonly default: FuseNativeClass };
    return ok(loaded.default);
  } catch (error) {
    const said = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const missing = /libfuse/.test(said)
      ? "libfuse 2 (Debian: libfuse2) is missing"
      : "the npm package fuse-native cannot be loaded";
    return fail("ENOENT", `transport fuse-native: ${missing}: ${said}`);
  }
}

const ms = ({ sec, nsec }: Time): number => sec * 1000 + Math.floor(nsec / 1e6);

/** fuse-native's idea of struct stat. */
const statOf = (a: Attributes): object => ({
  mode: a.mode,
  uid: a.uid,
  gid: a.gid,
  size: a.size,
  nlink: a.nlink,
  rdev: a.rdev,
  blksize: a.blockSize,
  blocks: a.blocks,
  atime: ms(a.atime),
  mtime: ms(a.mtime),
  ctime: ms(a.ctime),
});

/** struct statvfs. */
const statfsOf = (s: Extract<PathValue, { kind: "statfs" }>): object => ({
  bsize: s.blockSize,
  frsize: s.blockSize,
  blocks: s.blocks,
  bfree: s.blocksFree,
  bavail: s.blocksAvailable,
  files: s.files,
  ffree: s.filesFree,
  favail: s.filesFree,
  namemax: s.nameMax,
});

/** A value as fuse-native's callbacks want it. */
function passedOn(value: PathValue | undefined): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value !== "object" || Array.isArray(value)) return value;
  return "oid" in value ? statOf(value) : "kind" in value ? statfsOf(value) : value;
}

type Ask = (call: PathCall, answered: (answer: PathAnswer) => void) => void;
const errorOf = ({ error }: PathAnswer): number => (error === undefined ? 0 : -errnoNumber(error));

/** fuse-native calls each with its arguments and a callback; those of read and write take the count in the error's place. */
function handlersOf(ask: Ask): Record<string, Handler> {
  const plain = (call: PathCall, callback: Callback): void =>
    ask(call, (answer) => callback(errorOf(answer), passedOn(answer.value)));
  const path =
    (call: "getattr" | "readdir" | "readlink" | "statfs" | "unlink" | "rmdir" | "listxattr"): Handler =>
    (at: string, callback: Callback) =>
      plain({ call, path: at }, callback);
  const mode =
    (call: "create" | "mkdir" | "chmod"): Handler =>
    (at: string, bits: number, callback: Callback) =>
      plain({ call, path: at, mode: bits }, callback);
  const file =
    (call: "flush" | "release"): Handler =>
    (_: string, fd: number, callback: Callback) =>
      plain({ call, fd }, callback);
  const two =
    (call: "rename" | "link"): Handler =>
    (from: string, to: string, callback: Callback) =>
      plain({ call, path: from, to }, callback);
  return {
    getattr: path("getattr"),
    readdir: path("readdir"),
    readlink: path("readlink"),
    statfs: path("statfs"),
    unlink: path("unlink"),
    rmdir: path("rmdir"),
    listxattr: path("listxattr"),
    create: mode("create"),
    mkdir: mode("mkdir"),
    chmod: mode("chmod"),
    flush: file("flush"),
    release: file("release"),
    rename: two("rename"),
    link: two("link"),
    getxattr: (at: string, name: string, _: number, callback: Callback) =>
      plain({ call: "getxattr", path: at, name }, callback),
    removexattr: (at: string, name: string, callback: Callback) =>
      plain({ call: "removexattr", path: at, name }, callback),
    open: (at: string, flags: number, callback: Callback) => plain({ call: "open", path: at, flags }, callback),
    mknod: (at: string, bits: number, rdev: number, callback: Callback) =>
      plain({ call: "mknod", path: at, mode: bits, rdev }, callback),
    chown: (at: string, uid: number, gid: number, callback: Callback) =>
      plain({ call: "chown", path: at, uid, gid }, callback),
    truncate: (at: string, size: number, callback: Callback) => plain({ call: "truncate", path: at, size }, callback),
    ftruncate: (_: string, fd: number, size: number, callback: Callback) =>
      plain({ call: "ftruncate", fd, size }, callback),
    utimens: (at: string, atimeMs: number, mtimeMs: number, callback: Callback) =>
      plain({ call: "utimens", path: at, atimeMs, mtimeMs }, callback),
    fsync: (_: string, dataOnly: number, fd: number, callback: Callback) =>
      plain({ call: "fsync", fd, dataOnly: dataOnly !== 0 }, callback),
    fsyncdir: (at: string, dataOnly: number, _: number, callback: Callback) =>
      plain({ call: "fsyncdir", path: at, dataOnly: dataOnly !== 0 }, callback),
    symlink: (target: string, at: string, callback: Callback) => plain({ call: "symlink", path: at, target }, callback),
    setxattr: (at: string, name: string, value: Buffer, _: number, flags: number, callback: Callback) =>
      plain({ call: "setxattr", path: at, name, value: Uint8Array.prototype.slice.call(value), flags }, callback),
    read: (_: string, fd: number, into: Buffer, length: number, offset: number, callback: Callback) =>
      ask({ call: "read", fd, length, offset }, (answer) => {
        if (!(answer.value instanceof Uint8Array)) return callback(errorOf(answer));
        into.set(answer.value);
        callback(answer.value.length);
      }),
    write: (_: string, fd: number, from: Buffer, length: number, offset: number, callback: Callback) => {
      const data = Uint8Array.prototype.slice.call(from, 0, length);
      ask({ call: "write", fd, data, offset }, (answer) =>
        callback(typeof answer.value === "number" ? answer.value : errorOf(answer)),
      );
    },
  };
}

/** Messages to the reactor's thread, and its answers to the calls that wait for them. */
function startAsking({ port, wake }: FuseNativeMount): { readonly ask: Ask; tell(message: FromFuseNative): void } {
  const waiting = new Map<number, (answer: PathAnswer) => void>();
  let last = 0;
  const tell = (message: FromFuseNative): void => {
    port.postMessage(message);
    wake();
  };
  port.on("message", ({ id, answer }: ToFuseNative) => {
    const answered = waiting.get(id);
    waiting.delete(id);
    answered?.(answer);
  });
  const ask: Ask = (call, answered) => {
    last += 1;
    waiting.set(last, answered);
    tell({ kind: "call", id: last, call });
  };
  return { ask, tell };
}

/**
 * Mounts through fuse-native. The transport is told `started` and, when the mount is gone from the table, `ended`.
 * Unmount with `unmountFuse`.
 */
export async function mountFuseNative(request: FuseNativeMount): Promise<Result<void>> {
  const loaded = await loadFuseNative();
  if (!loaded.ok) return loaded;
  const { ask, tell } = startAsking(request);
  const words = request.words.filter((word) => word !== "rw" && !word.startsWith("_"));
  // It would run fusermount; but it is told only when the mount is gone already.
  loaded.value.unmount = (_, done) => done(null);
  const fuse = new loaded.value(request.at, handlersOf(ask), {
    fsname: request.source,
    // fuse-native joins its options with commas and has none for the kernel's words, so they go with this one.
    subtype: ["pohmelfs", ...words].join(","),
    defaultPermissions: true,
    // As text: it takes the number 0 for "not given".
    attrTimeout: "0",
    entryTimeout: "0",
    // Servers may be away for longer than any time-out of its own.
    timeout: false,
  });
  return new Promise((settle) => {
    fuse.mount((error) => {
      if (error !== null) {
        settle(fail("EIO", `transport fuse-native: ${error.message}`));
        return;
      }
      tell({ kind: "mounted" });
      const timer = setInterval(() => {
        if (findMount(request.at) !== undefined) return;
        clearInterval(timer);
        // Ends its thread, which otherwise would keep this process.
        fuse.unmount(() => tell({ kind: "ended", because: "unmounted" }));
      }, LOOK_MS);
      settle(ok(undefined));
    });
  });
}
