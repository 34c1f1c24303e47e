import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Another process that cleans up after a test that cannot: one that hangs in a system call on a mount whose daemon does
 * not answer (no signal ends such a process), or that was killed. It acts when the deadline passes, and when its
 * standard input ends, which the kernel sees to.
 *
 * A process is known by its number and its start time (field 22 of proc(5) stat), so that a number used again by another
 * process is left alone. `umount -f` aborts the connection: whoever waits gets an error. Of the directory of a test that
 * was killed nothing is kept but `logs`.
 */
const SCRIPT = `
said=$(timeout "$2" cat)
test $? = 124 && : >"$1.late" && said=late
while read -r what value start; do
  case $what in
    mount) umount -f "$value" 2>/dev/null; umount -l "$value" 2>/dev/null ;;
    process)
      now=$(sed 's/.*) //' "/proc/$value/stat" 2>/dev/null | cut -d ' ' -f 20)
      test "$now" = "$start" && kill -9 "$value" ;;
  esac
done <"$1"
test -z "$said" && find "$3" -mindepth 1 -maxdepth 1 ! -name logs -exec rm -rf --one-file-system {} +
exit 0`;

export interface Guard extends AsyncDisposable {
  process(pid: number): void;
  /** @param at Path without white space. */
  mount(at: string): void;
  /** Whether the deadline has passed and all has been ended. */
  wasLate(): boolean;
}

/** @param limitMs From now on. After it everything guarded is ended. */
export function startGuard(directory: string, limitMs: number): Guard {
  const list = join(directory, "guarded");
  writeFileSync(list, "");
  const child = spawn("sh", ["-c", SCRIPT, "guard", list, String(Math.ceil(limitMs / 1000)), directory], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true, // so that a signal to the test's process group leaves it to do its work
  });
  child.stdin.on("error", () => {});
  return {
    process: (pid) => appendFileSync(list, `process ${pid} ${startTime(pid)}\n`),
    mount: (at) => appendFileSync(list, `mount ${at}\n`),
    wasLate: () => exists(`${list}.late`),
    [Symbol.asyncDispose]: () => endOf(child),
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on("exit", () => resolve());
    child.stdin?.end("over");
  });
}

function startTime(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
