import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { MountOrder } from "../client/mount-order.ts";
import { runFiles } from "../client/run-files.ts";
import { MOUNT_EXIT } from "./core/exit-codes.ts";

/** What came of it: an exit code of mount(8), and one line for people when it is not 0. */
export type Started = { readonly code: number; readonly because: string };

/** The daemon's program: beside this one, as the units start it, or its source when this one runs from source. */
function daemonCommand(): { readonly args: readonly string[]; readonly folder: string } {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith(".ts")) return { args: [fileURLToPath(new URL("pohmelfs-mountd", import.meta.url))], folder: "/" };
  const source = fileURLToPath(new URL("../client/mount-daemon.ts", import.meta.url));
  return { args: [...process.execArgv, source], folder: process.cwd() };
}

/** systemd.exec(5), $JOURNAL_STREAM: whether stderr leads to the journal, told by device and inode. */
function stderrIsJournal(): boolean {
  const { dev, ino } = fstatSync(2);
  return process.env["JOURNAL_STREAM"] === `${dev}:${ino}`;
}

/**
 * A descriptor for the daemon's stderr that outlives this program: the journal, or a file in the run folder. Never the
 * terminal or pipe of whoever called us, who would wait for its end.
 */
function openStderr(order: MountOrder): { readonly fd: number; readonly file: string | undefined } {
  if (order.foreground || stderrIsJournal()) return { fd: 2, file: undefined };
  const { log } = runFiles(order.at);
  mkdirSync(dirname(log), { recursive: true, mode: 0o755 });
  return { fd: openSync(log, "w", 0o600), file: log };
}

function lastLine(file: string | undefined): string {
  if (file === undefined) return "";
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.at(-1) ?? "";
}

/** @returns The daemon's one line, without its newline; undefined when it ends before. */
function firstLine(pipe: Readable): Promise<string | undefined> {
  return new Promise((settle) => {
    let text = "";
    pipe.setEncoding("utf8");
    pipe.on("data", (more: string) => {
      text += more;
      const end = text.indexOf("\n");
      if (end >= 0) settle(text.slice(0, end));
    });
    pipe.on("close", () => settle(undefined));
    pipe.on("error", () => settle(undefined));
  });
}

function read(line: string): Started {
  if (line === "ready") return { code: MOUNT_EXIT.ok, because: "" };
  const [, code, because] = /^failed (\d+) (.*)$/.exec(line) ?? [];
  if (code === undefined || because === undefined)
    return { code: MOUNT_EXIT.internal, because: `the daemon said '${line}'` };
  return { code: Number(code), because };
}

function stop(child: ChildProcess): void {
  // A detached child leads its own process group.
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
}

/**
 * Starts a mount's daemon and waits until the mount answers, or cannot.
 *
 * @param deadlineMs How long to wait for its line; then it is ended.
 * @param interrupted Resolves when the user gives up.
 */
export async function startMountDaemon(
  order: MountOrder,
  deadlineMs: number,
  interrupted: Promise<void>,
): Promise<Started> {
  const stderr = openStderr(order);
  const { args, folder } = daemonCommand();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: ["pipe", order.foreground ? "inherit" : "ignore", stderr.fd, "pipe"],
  });
  if (stderr.fd !== 2) closeSync(stderr.fd);
  const failedToStart = new Promise<Started>((settle) => {
    child.on("error", (error) =>
      settle({ code: MOUNT_EXIT.system, because: `cannot start the daemon: ${error.message}` }),
    );
  });
  // EPIPE: it ended at once; its exit tells more.
  child.stdin?.on("error", () => {});
  child.stdin?.end(`${JSON.stringify(order)}\n`);
  const ended = new Promise<string>((settle) => {
    child.on("exit", (code, signal) => settle(signal === null ? `with exit code ${code}` : `by ${signal}`));
  });
  const line = firstLine(child.stdio[3] as Readable);

  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Started>((settle) => {
    timer = setTimeout(() => {
      stop(child);
      settle({ code: MOUNT_EXIT.failed, because: `the mount did not answer within ${deadlineMs / 1_000} s` });
    }, deadlineMs);
  });
  const givenUp = interrupted.then((): Started => {
    stop(child);
    return { code: MOUNT_EXIT.interrupted, because: "interrupted" };
  });
  const told = line.then(async (text): Promise<Started> => {
    if (text !== undefined) return read(text);
    const how = await ended;
    const last = lastLine(stderr.file);
    return {
      code: MOUNT_EXIT.internal,
      because: `the daemon ended ${how} before it answered${last === "" ? "" : `: ${last}`}`,
    };
  });
  const started = await Promise.race([told, late, givenUp, failedToStart]);
  clearTimeout(timer);
  if (started.code === MOUNT_EXIT.ok && order.foreground) return stayUntil(child, ended, interrupted);
  (child.stdio[3] as Readable).destroy();
  child.stdin?.destroy();
  child.unref();
  return started;
}

/** In the foreground: as long as the daemon, ended by the user's signal. */
async function stayUntil(child: ChildProcess, ended: Promise<string>, interrupted: Promise<void>): Promise<Started> {
  void interrupted.then(() => stop(child));
  await ended;
  return { code: child.exitCode ?? MOUNT_EXIT.interrupted, because: "" };
}
