import { execFile } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WANTED, type Wanted } from "../core/negotiate.ts";
import { findMount, mountFuse, unmountFuse } from "../mount.ts";
import { startSourceThread } from "./source-thread.ts";
import type { TreeThreadData } from "./tree-thread.ts";

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
    execFile("sh", ["-c", command], { cwd: at, timeout: COMMAND_MS, killSignal: "SIGKILL" }, (error, out, err) => {
      settle({ code: error === null ? 0 : (error.code ?? error.signal ?? "failed"), out, err });
    });
  });
}

/** Mounts a memory tree on a directory of its own, served by a thread of its own. Needs root and /dev/fuse. */
export async function mountTree(options: Partial<Omit<TreeThreadData, "fd">> = {}): Promise<MountedTree> {
  const wanted: Wanted = options.wanted ?? WANTED;
  const at = mkdtempSync(join(tmpdir(), "pohmelfs-tree-"));
  const mounted = mountFuse({ source: "tree", at, words: ["rw"], noTable: true, maxReadBytes: wanted.maxWriteBytes });
  if (!mounted.ok) throw new Error(mounted.because);
  const validity = { entrySeconds: 1, attributeSeconds: 1 };
  const data: TreeThreadData = { validity, spinUs: 0, seen: false, late: false, ...options, wanted, fd: mounted.value };
  const worker = startSourceThread(new URL("tree-thread.ts", import.meta.url), data);
  const gone = new Promise<void>((settle) => worker.once("exit", () => settle()));
  const seen: string[] = [];
  const faults: string[] = [];
  let ended: (because: string) => void = () => {};
  const end = new Promise<string>((settle) => {
    ended = settle;
  });
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
    worker.on(
      "message",
      (message: { started?: MountedTree["session"]; seen?: string; ended?: string; fault?: string }) => {
        if (message.started !== undefined) settle(message.started);
        if (message.seen !== undefined) seen.push(message.seen);
        if (message.fault !== undefined) faults.push(message.fault);
        if (message.ended !== undefined) ended(message.ended);
      },
    );
  });
  return { at, fd: mounted.value, session, seen, faults, run: (command) => run(at, command), ended: end, close };
}
