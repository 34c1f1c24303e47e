import { execFile } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { wakeThread } from "../../sys/wake-thread.ts";
import type { Invalidation } from "../core/invalidation.ts";
import { WANTED } from "../core/negotiate.ts";
import { mountFuseNative } from "../mount-fuse-native.ts";
import { findMount, mountFuse, unmountFuse } from "../mount.ts";
import { startSourceThread } from "./source-thread.ts";
import type { ToTree, TreeThreadData } from "./tree-thread.ts";

export type Ran = { readonly code: number | string; readonly out: string; readonly err: string };

export type MountedTree = {
  readonly at: string;
  /** Of the transport: for notifications, which another thread writes. */
  readonly fd: number;
  /** What INIT agreed on. */
  readonly session: { readonly minor: number; readonly features: readonly string[] };
  /** Operations so far, in order, when asked for. */
  readonly seen: readonly string[];
  readonly faults: readonly string[];
  /** Asks the transport to have the kernel forget. @returns How long that took, milliseconds. */
  invalidate(...what: readonly Invalidation[]): Promise<number>;
  /** Has the thread do something. @returns When it has; what it counted, for `count`. */
  tell(message: ToTree): Promise<number | undefined>;
  /** Waits until a request has been seen, which must be asked for. */
  sees(text: string): Promise<void>;
  /** Runs a shell command within the tree. It is killed after 10 s. */
  run(command: string): Promise<Ran>;
  /** Waits for the text of `ended`. */
  readonly ended: Promise<string>;
  /** Unmounts, by force if need be, and waits until the thread is gone. */
  close(): Promise<void>;
};

/** A hanging command must not outlive its test: it is killed, and the abort in `close` frees it from state D. */
const COMMAND_MS = 10_000;

function run(at: string, command: string): Promise<Ran> {
  return new Promise((settle) => {
    // Not by `cwd`: this thread would wait for the child to enter the mount, and may have to answer it (fuse-native).
    const script = `cd ${at} && { ${command}\n}`;
    execFile("sh", ["-c", script], { timeout: COMMAND_MS, killSignal: "SIGKILL" }, (error, out, err) => {
      settle({ code: error === null ? 0 : (error.code ?? error.signal ?? "failed"), out, err });
    });
  });
}

type TreeOptions = Partial<Omit<TreeThreadData, "device">>;
type Message = {
  readonly wakeFd?: number;
  readonly started?: MountedTree["session"];
  readonly seen?: string;
  readonly ended?: string;
  readonly fault?: string;
  readonly done?: number;
  readonly requests?: number;
};

/** Starts the thread; `mounted` is called when it can be woken, if mounting has to wait for that. */
async function serve(
  at: string,
  data: TreeThreadData,
  mounted: (wakeFd: number) => Promise<void>,
): Promise<MountedTree> {
  const transfer = "port" in data.device ? [data.device.port] : [];
  const worker = startSourceThread(new URL("tree-thread.ts", import.meta.url), data, transfer);
  const gone = new Promise<void>((settle) => worker.once("exit", () => settle()));
  const seen: string[] = [];
  const faults: string[] = [];
  let ended: (because: string) => void = () => {};
  const end = new Promise<string>((settle) => {
    ended = settle;
  });
  let wakeFd = -1;
  const dones: ((requests: number | undefined) => void)[] = [];
  const tell = (asked: ToTree): Promise<number | undefined> =>
    new Promise((settle) => {
      dones.push(settle);
      worker.postMessage({ id: dones.length - 1, asked });
      wakeThread(wakeFd);
    });
  const invalidate = async (...what: readonly Invalidation[]): Promise<number> => {
    const began = performance.now();
    await tell({ kind: "invalidate", what });
    return performance.now() - began;
  };
  const sees = async (text: string): Promise<void> => {
    for (let left = 500; !seen.includes(text); left -= 1) {
      if (left === 0) throw new Error(`${text} was not seen after ${seen.slice(-8).join(" ")}`);
      await new Promise((settle) => setTimeout(settle, 10));
    }
  };
  const close = async (): Promise<void> => {
    if (findMount(at) !== undefined && !unmountFuse(at).ok) {
      unmountFuse(at, { force: true });
      unmountFuse(at, { lazy: true });
    }
    await gone;
    rmdirSync(at);
  };
  const session = await new Promise<MountedTree["session"]>((settle, refuse) => {
    worker.on("error", (error) => close().finally(() => refuse(error)));
    worker.on("message", (message: Message) => {
      if (message.wakeFd !== undefined) {
        wakeFd = message.wakeFd;
        mounted(message.wakeFd).catch(refuse);
      }
      if (message.done !== undefined) dones[message.done]?.(message.requests);
      if (message.started !== undefined) settle(message.started);
      if (message.seen !== undefined) seen.push(message.seen);
      if (message.fault !== undefined) faults.push(message.fault);
      if (message.ended !== undefined) ended(message.ended);
    });
  });
  const fd = "fd" in data.device ? data.device.fd : -1;
  return {
    at,
    fd,
    session,
    seen,
    faults,
    invalidate,
    tell,
    sees,
    run: (command) => run(at, command),
    ended: end,
    close,
  };
}

const DEFAULTS = {
  validity: { entrySeconds: 1, attributeSeconds: 1 },
  wanted: WANTED,
  spinUs: 0,
  seen: false,
  late: false,
  handles: true,
} as const;
const folder = (): string => mkdtempSync(join(tmpdir(), "pohmelfs-tree-"));

/** Mounts a memory tree on a directory of its own, served by a thread of its own. Needs root and /dev/fuse. */
export async function mountTree(options: TreeOptions = {}): Promise<MountedTree> {
  const at = folder();
  const data = { ...DEFAULTS, ...options };
  const maxReadBytes = data.wanted.maxWriteBytes;
  const mounted = mountFuse({ source: "tree", at, words: ["rw"], noTable: true, maxReadBytes });
  if (!mounted.ok) throw new Error(mounted.because);
  return serve(at, { ...data, device: { fd: mounted.value } }, async () => {});
}

/** The same through fuse-native, whose callbacks come to this thread. */
export async function mountNativeTree(options: TreeOptions = {}): Promise<MountedTree> {
  const at = folder();
  const { port1, port2 } = new MessageChannel();
  return serve(at, { ...DEFAULTS, ...options, device: { port: port2 } }, async (wakeFd) => {
    const wake = (): void => wakeThread(wakeFd);
    const mounted = await mountFuseNative({ source: "tree", at, words: ["rw"], port: port1, wake });
    if (!mounted.ok) throw new Error(mounted.because);
    port1.unref();
  });
}
