import { spawn } from "node:child_process";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { Negotiated } from "../fuse/core/negotiate.ts";
import { leftText } from "../core/left-text.ts";
import type { MountReport, SyncLeft } from "../core/report.ts";
import { mountFuseNative } from "../fuse/mount-fuse-native.ts";
import { findMount, mountFuse, setReadahead, unmountFuse } from "../fuse/mount.ts";
import { forgetDescriptor, storeDescriptor } from "../sys/notify.ts";
import { watchdogEveryMs } from "../sys/watchdog-span.ts";
import { wakeThread } from "../sys/wake-thread.ts";
import type { Answers, SyncEvents } from "./control-socket.ts";
import { statusLine } from "./core/status-line.ts";
import type { MountOrder } from "./mount-order.ts";
import { planMount, type MountPlan } from "./mount-plan.ts";
import type { FromMount, MountStart, TakeOver, ToMount } from "./mount-thread.ts";
import { isRestarting } from "./is-restarting.ts";
import { MountTraces } from "./mount-traces.ts";
import { runFiles } from "./run-files.ts";
import type { Failure, Teller } from "./teller.ts";
import { Watchdog } from "./watchdog.ts";

export type MountDaemonOptions = {
  readonly order: MountOrder;
  readonly plan: MountPlan;
  readonly teller: Teller;
  /** systemd started it: it says how it is, and who tells it to end means it. */
  readonly isService: boolean;
  /** The mount is there already: an earlier daemon's. */
  readonly takeOver?: TakeOver | undefined;
  /** What the status is to say besides how the members are. */
  readonly note?: string;
  /** The program, whose thread calls {@link runMount} with a {@link MountStart}. */
  readonly program: URL;
};

/** How often the status line is looked at. */
const STATUS_MS = 2_000;
/** After so long without an end it is told that there will be errors. */
const SOON_MS = 500;
const ENDING_MS = 2_000;
/** A service that is told to end while files are open waits for them so long; then their users get errors. */
const LINGER_MS = 5_000;

/**
 * The main thread of a mount: the mount itself, signals, the control socket, whoever waits to hear. What answers the
 * kernel has a thread of its own.
 */
export class MountDaemon {
  readonly #order: MountOrder;
  #plan: MountPlan;
  readonly #teller: Teller;
  readonly #isService: boolean;
  readonly #port: MessagePort;
  readonly #traces: MountTraces;
  readonly #answers: Answers = { report: (done) => this.#report(done), sync: (events) => this.#sync(events) };
  readonly #reports = new Map<number, (report: MountReport) => void>();
  readonly #syncs = new Map<number, SyncEvents>();
  /** What a mount that ends still waits for is told in the log only so often. */
  #tellEndingAt = 0;
  readonly #intervals: NodeJS.Timeout[] = [];
  #watchdog: Watchdog | undefined;
  readonly #isTakenOver: boolean;
  /** /dev/fuse, of the kernel's transport. */
  #fd: number | undefined;
  /** systemd has it, by this name. */
  #storedAs: string | undefined;
  #wakeFd: number | undefined;
  #nextReport = 1;
  #mounted = false;
  /** Whoever waits has heard that the mount answers. */
  #isReady = false;
  #reloadWanted = false;
  /** The configuration that is being taken over. */
  #next: MountPlan | undefined;
  /** What was agreed on with the kernel. */
  #session: Negotiated | undefined;
  /** What the status says besides how the members are. */
  #note: string;

  constructor({ order, plan, teller, isService, program, takeOver, note = "" }: MountDaemonOptions) {
    this.#order = order;
    this.#plan = plan;
    this.#teller = teller;
    this.#isService = isService;
    this.#note = note;
    this.#isTakenOver = takeOver !== undefined;
    this.#mounted = this.#isTakenOver;
    this.#fd = takeOver?.fd;
    this.#session = takeOver?.session;
    this.#traces = new MountTraces(runFiles(order.at));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const worker = new Worker(program, {
      workerData: { plan, port: port2, takeOver } satisfies MountStart,
      transferList: [port2],
    });
    worker.once("error", (error) => this.#bug(error));
    port1.on("message", (message: FromMount) => this.#told(message));
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => this.#unmount());
    process.on("SIGHUP", () => this.#reload());
    if (isService) {
      this.#intervals.push(setInterval(() => this.#report((report) => this.#status(report)), STATUS_MS));
      teller.status(`connecting to ${plan.client.members.map(({ server }) => server).join(", ")}`);
    }
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
        return this.#isTakenOver ? this.#started() : this.#mount(message.warning);
      case "unreachable":
        // A mount that is in use waits for its servers.
        return this.#isTakenOver ? this.#started() : this.#giveUp("unreachable", message.because);
      case "started":
        this.#session = message.session;
        return this.#started();
      case "kept":
        return this.#store();
      case "notKept":
        return this.#unstore();
      case "handedOver":
        return process.exit(0);
      case "report":
        this.#reports.get(message.id)?.(message.report);
        this.#reports.delete(message.id);
        return;
      case "syncing":
        this.#syncs.get(message.id)?.left(message.left);
        return;
      case "synced":
        this.#syncs.get(message.id)?.done(message.because);
        this.#syncs.delete(message.id);
        return;
      case "ending":
        return this.#ending(message.left);
      case "renewed":
        return this.#renewed();
      case "ended":
        return this.#ended(message.because, message.unsent);
    }
  }

  #giveUp(failure: Failure, because: string): void {
    process.exit(this.#teller.failed(failure, because));
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
    if (!mounted.ok) return this.#giveUp("mount", mounted.because ?? mounted.errno);
    this.#mounted = true;
    this.#fd = mounted.value;
    this.#send({ kind: "serve", fd: mounted.value });
  }

  /** A daemon that comes after this one can go on only where the kernel repeats what this one had read: Linux 6.9. */
  #keepMount(): void {
    const device = findMount(this.#order.at)?.device;
    if (device === undefined || this.#session === undefined) return;
    this.#send({ kind: "keep", mount: { device, session: this.#session, plan: this.#plan } });
  }

  #store(): void {
    if (!this.#isService || this.#fd === undefined || this.#storedAs !== undefined) return;
    const device = findMount(this.#order.at)?.device;
    if (device === undefined || this.#session?.features.has("resend") !== true) return;
    const name = storedName(device);
    if (storeDescriptor(this.#fd, name)) this.#storedAs = name;
  }

  #unstore(): void {
    if (this.#storedAs !== undefined) forgetDescriptor(this.#storedAs);
    this.#storedAs = undefined;
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
        if (!mounted.ok) this.#giveUp("mount", mounted.because ?? mounted.errno);
      },
      (error: Error) => this.#bug(error),
    );
  }

  /** The mount answers. */
  #started(): void {
    this.#setReadahead();
    this.#keepMount();
    const failed = this.#traces.leave(this.#plan, this.#answers);
    if (failed !== undefined) process.stderr.write(`pohmelfs: ${failed}; status will not show this mount\n`);
    this.#report((report) => {
      this.#status(report);
      this.#teller.ready();
      this.#isReady = true;
      if (this.#reloadWanted) this.#reload();
    });
    const everyMs = this.#isService ? watchdogEveryMs() : undefined;
    if (everyMs !== undefined) this.#watchdog = this.#makeWatchdog(everyMs);
  }

  /** The kernel reads ahead of programs, and adapts by itself how far. Where it cannot be told, its own limit holds. */
  #setReadahead(): void {
    const { at, options } = this.#order;
    if (options.transport === "kernel") setReadahead(at, this.#plan.client.mount.cache.readaheadBytes);
  }

  #makeWatchdog(everyMs: number): Watchdog {
    const isServer = ({ active, permissions }: MountReport["members"][number]): boolean => active && permissions === 3;
    const askThread = (): Promise<boolean> =>
      new Promise((settle) => this.#report(({ members }) => settle(members.some(isServer))));
    return new Watchdog({ at: this.#order.at, everyMs, askThread });
  }

  #report(done: (report: MountReport) => void): void {
    const id = this.#nextReport;
    this.#nextReport += 1;
    this.#reports.set(id, done);
    this.#send({ kind: "report", id });
  }

  #sync(events: SyncEvents): () => void {
    const id = this.#nextReport;
    this.#nextReport += 1;
    this.#syncs.set(id, events);
    this.#send({ kind: "sync", id });
    return () => {
      if (this.#syncs.delete(id)) this.#send({ kind: "syncGivenUp", id });
    };
  }

  /** Whoever waits for the end sees that something happens. */
  #ending(left: SyncLeft): void {
    const text = `unmounted; ${leftText(left)}`;
    this.#teller.status(text);
    if (performance.now() < this.#tellEndingAt) return;
    this.#tellEndingAt = performance.now() + ENDING_MS;
    process.stderr.write(`pohmelfs: ${this.#order.at}: ${text}\n`);
  }

  #status(report: MountReport): void {
    if (this.#mounted) this.#teller.status(statusLine(report, this.#note));
    else {
      const reasons = report.members.filter(({ active }) => !active).map((one) => `${one.server}: ${one.because}`);
      if (reasons.length > 0) this.#teller.status(`connecting: ${reasons.join("; ")}`);
    }
  }

  /** SIGHUP: the log is opened anew, and the file is read again. */
  #reload(): void {
    this.#send({ kind: "reopenLog" });
    // What was read at the start may be out of date once the mount answers.
    this.#reloadWanted = !this.#isReady;
    if (!this.#isReady) return;
    this.#teller.reloading();
    const planned = planMount(this.#order);
    if (!planned.ok) {
      process.stderr.write(`${planned.because}\n`);
      return this.#keep(`${this.#order.config} has errors, all stays as it was`);
    }
    if (planned.plan.effect.restart !== this.#plan.effect.restart)
      return this.#keep("servers, the lead or options of the mount have changed: restart it to take that over");
    this.#next = planned.plan;
    this.#send({ kind: "renew", plan: planned.plan });
  }

  /** Nothing is taken over. */
  #keep(note: string): void {
    process.stderr.write(`pohmelfs: ${this.#order.at}: ${note}\n`);
    this.#note = note;
    this.#reloaded();
  }

  #renewed(): void {
    if (this.#next !== undefined) this.#plan = this.#next;
    this.#next = undefined;
    this.#note = "";
    this.#setReadahead();
    this.#keepMount();
    this.#traces.leave(this.#plan, this.#answers);
    this.#reloaded();
  }

  #reloaded(): void {
    this.#report((report) => {
      this.#status(report);
      this.#teller.ready();
    });
  }

  /** Asked to end: the mount goes first. */
  #unmount(): void {
    if (!this.#mounted) return this.#giveUp("interrupted", "interrupted before it was mounted");
    const { at, options } = this.#order;
    if (options.transport === "fuse-native") {
      // This thread answers the kernel, which may ask something on the way.
      spawn("umount", ["-i", "--", at], { stdio: "inherit" });
      return;
    }
    if (this.#isService) {
      void this.#serviceEnds();
      return;
    }
    const gone = unmountFuse(at);
    if (!gone.ok) process.stderr.write(`pohmelfs: ${gone.because ?? gone.errno}\n`);
  }

  /** `systemctl restart` keeps the mount, for the process that comes; `systemctl stop` does not. */
  async #serviceEnds(): Promise<void> {
    this.#teller.stopping();
    this.#watchdog?.stop();
    if (this.#storedAs !== undefined && (await isRestarting())) this.#send({ kind: "handOver" });
    else this.#leave();
  }

  /** A service ends when it is told to, whoever uses the mount. */
  #leave(): void {
    const { at } = this.#order;
    if (findMount(at) !== undefined && !unmountFuse(at).ok) unmountFuse(at, { lazy: true });
    // Out of the tree; but only when nobody uses it any more, the kernel lets go of it.
    const used = `${at} is still in use; whoever uses it in ${LINGER_MS / 1_000} s gets errors`;
    setTimeout(() => process.stderr.write(`pohmelfs: ${used}\n`), SOON_MS);
    setTimeout(() => this.#send({ kind: "stop" }), LINGER_MS);
  }

  #ended(because: string, unsent: number): void {
    for (const interval of this.#intervals) clearInterval(interval);
    this.#watchdog?.stop();
    this.#traces.remove();
    const { at } = this.#order;
    if (because !== "unmounted") process.stderr.write(`pohmelfs: ${at}: ${because}\n`);
    if (unsent > 0) this.#giveUp("unsent", `${at}: ${unsent} changes are not on all servers`);
    process.exit(0);
  }

  #bug(error: Error): void {
    process.stderr.write(`pohmelfs: a bug in the mount at ${this.#order.at}: ${error.stack ?? error.message}\n`);
    // A mount that systemd has goes on with the next process.
    if (this.#mounted && this.#storedAs === undefined) unmountFuse(this.#order.at, { lazy: true });
    this.#giveUp("bug", "a bug; the log has more");
  }
}

/** How systemd knows the descriptor of a mount: names have no colons there. @param device As in the table of mounts. */
export const storedName = (device: string): string => `fuse-${device.replace(":", "-")}`;
