/**
 * The mount daemon. Main thread: what `mount.pohmelfs` ordered, the mount itself, signals, the control socket. What
 * answers the kernel has a thread of its own.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname } from "node:path";
import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from "node:worker_threads";
import type { MountReport } from "../core/report.ts";
import { mountFuseNative } from "../fuse/mount-fuse-native.ts";
import { mountFuse, setReadahead, unmountFuse } from "../fuse/mount.ts";
import { wakeThread } from "../sys/wake-thread.ts";
import type { MountOrder } from "./mount-order.ts";
import { planMount, type MountPlan } from "./mount-plan.ts";
import { runMount, type FromMount, type ToMount } from "./mount-thread.ts";
import { runFiles, type RunFiles, type RunState } from "./run-files.ts";

type Start = { readonly plan: MountPlan; readonly port: MessagePort };

/** Exit codes of mount(8). */
const EXIT = { usage: 1, system: 2, internal: 4, failed: 32 } as const;
/** Where `mount.pohmelfs` waits for one line. */
const ANSWER_FD = 3;

/** Tells `mount.pohmelfs` how it went, once; it ends then, and so does whatever it was started from. */
function answer(line: string): void {
  try {
    writeSync(ANSWER_FD, `${line}\n`);
    closeSync(ANSWER_FD);
  } catch {
    // Nobody waits any more: the mount stands all the same.
  }
}

function giveUp(code: number, because: string): void {
  answer(`failed ${code} ${because}`);
  process.exit(code);
}

class MountDaemon {
  readonly #order: MountOrder;
  readonly #plan: MountPlan;
  readonly #port: MessagePort;
  readonly #files: RunFiles;
  readonly #reports = new Map<number, (report: MountReport) => void>();
  #wakeFd: number | undefined;
  #nextReport = 1;
  #control: Server | undefined;
  #mounted = false;

  constructor(order: MountOrder, plan: MountPlan) {
    this.#order = order;
    this.#plan = plan;
    this.#files = runFiles(order.at);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { plan, port: port2 } satisfies Start,
      transferList: [port2],
    });
    worker.once("error", (error) => this.#bug(error));
    port1.on("message", (message: FromMount) => this.#told(message));
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => this.#unmount());
    process.on("SIGHUP", () => this.#send({ kind: "reopenLog" }));
  }

  #send(message: ToMount, transfer: readonly MessagePort[] = []): void {
    this.#port.postMessage(message, transfer);
    if (this.#wakeFd !== undefined) wakeThread(this.#wakeFd);
  }

  #told(message: FromMount): void {
    switch (message.kind) {
      case "awake":
        this.#wakeFd = message.wakeFd;
        return;
      case "connected":
        return this.#mount(message.warning);
      case "unreachable":
        return giveUp(EXIT.failed, message.because);
      case "started":
        return this.#started();
      case "report":
        this.#reports.get(message.id)?.(message.report);
        this.#reports.delete(message.id);
        return;
      case "ended":
        return this.#ended(message.because, message.unsent);
    }
  }

  #mount(warning: string): void {
    const { source, at, options } = this.#order;
    if (warning !== "") process.stderr.write(`pohmelfs: ${at}: ${warning}; changes wait until it is back\n`);
    if (options.transport === "fuse-native") {
      this.#mountFuseNative();
      return;
    }
    const mounted = mountFuse({
      source,
      at,
      words: options.words,
      noTable: options.noTable,
      maxReadBytes: this.#plan.wanted.maxWriteBytes,
    });
    if (!mounted.ok) return giveUp(EXIT.failed, mounted.because ?? mounted.errno);
    this.#mounted = true;
    this.#send({ kind: "serve", fd: mounted.value });
  }

  /** The second transport lives on this thread, which must never touch the mount. */
  #mountFuseNative(): void {
    const { source, at, options } = this.#order;
    const { port1: port, port2 } = new MessageChannel();
    this.#send({ kind: "serveCalls", port: port2 }, [port2]);
    const wake = (): void => {
      if (this.#wakeFd !== undefined) wakeThread(this.#wakeFd);
    };
    mountFuseNative({ source, at, words: options.words, port, wake }).then(
      (mounted) => {
        this.#mounted = mounted.ok;
        if (!mounted.ok) giveUp(EXIT.failed, mounted.because ?? mounted.errno);
      },
      (error: Error) => this.#bug(error),
    );
  }

  /** The mount answers. */
  #started(): void {
    if (this.#order.options.transport === "kernel") setReadahead(this.#order.at, this.#plan.wanted.maxReadaheadBytes);
    this.#leaveTraces();
    answer("ready");
  }

  /** What `pohmelfs status` finds this mount by. Without it the mount works all the same. */
  #leaveTraces(): void {
    const { at, group } = this.#plan;
    const state: RunState = { at, group, index: this.#plan.client.index, pid: process.pid, socket: this.#files.socket };
    try {
      mkdirSync(dirname(this.#files.state), { recursive: true, mode: 0o755 });
      rmSync(this.#files.socket, { force: true });
      this.#control = createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.once("data", () => this.#report((report) => socket.end(JSON.stringify(report))));
      });
      this.#control.listen(this.#files.socket);
      writeFileSync(this.#files.state, JSON.stringify(state));
    } catch (error) {
      process.stderr.write(`pohmelfs: ${(error as Error).message}; status will not show this mount\n`);
    }
  }

  #report(done: (report: MountReport) => void): void {
    const id = this.#nextReport;
    this.#nextReport += 1;
    this.#reports.set(id, done);
    this.#send({ kind: "report", id });
  }

  /** Asked to end: the mount goes first, and only if nobody uses it. */
  #unmount(): void {
    if (!this.#mounted) {
      giveUp(EXIT.failed, "interrupted before it was mounted");
      return;
    }
    if (this.#order.options.transport === "fuse-native") {
      // This thread answers the kernel, which may ask something on the way.
      spawn("umount", ["-i", "--", this.#order.at], { stdio: "inherit" });
      return;
    }
    const gone = unmountFuse(this.#order.at);
    if (!gone.ok) process.stderr.write(`pohmelfs: ${gone.because ?? gone.errno}\n`);
  }

  #ended(because: string, unsent: number): void {
    this.#control?.close();
    rmSync(this.#files.state, { force: true });
    rmSync(this.#files.socket, { force: true });
    if (unsent > 0) process.stderr.write(`pohmelfs: ${this.#order.at}: ${unsent} changes are not on all servers\n`);
    if (because !== "unmounted") process.stderr.write(`pohmelfs: ${this.#order.at}: ${because}\n`);
    process.exit(unsent > 0 ? EXIT.failed : 0);
  }

  #bug(error: Error): void {
    process.stderr.write(`pohmelfs: a bug in the mount at ${this.#order.at}: ${error.stack ?? error.message}\n`);
    if (this.#mounted) unmountFuse(this.#order.at, { lazy: true });
    giveUp(EXIT.internal, "a bug; the log has more");
  }
}

function main(): void {
  const order = JSON.parse(readFileSync(0, "utf8")) as MountOrder;
  const planned = planMount(order);
  if (planned.ok) new MountDaemon(order, planned.plan);
  else giveUp(EXIT.failed, planned.because.replaceAll("\n", " "));
}

if (isMainThread) main();
else {
  const { plan, port } = workerData as Start;
  runMount(plan, port);
}
