import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runFolder } from "../../client/run-files.ts";

/** Who holds the lock, or that it is ours now. */
export type Lock =
  | { readonly held: true; readonly release: () => void }
  | { readonly held: false; readonly by: number };

const path = (): string => join(runFolder(), "apply.lock");

/**
 * proc_pid_stat(5), field 22: since when a process runs. The number of one that has ended may be another's by now; and one
 * that has ended may still be listed, until its parent asks for it (field 3).
 */
function sinceWhen(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return /^[ZXx]$/.test(fields[0] ?? "") ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock that keeps two from changing this host at once. It goes with its holder, however that ends.
 *
 * @throws What `node:fs` throws when there is no place for it.
 */
export function takeLock(): Lock {
  mkdirSync(runFolder(), { recursive: true });
  const own = `${path()}.${process.pid}`;
  const holder = `${process.pid} ${sinceWhen(process.pid)}\n`;
  writeFileSync(own, holder);
  try {
    // Bounded: each turn takes away what a dead holder has left.
    for (let turn = 0; turn < 5; turn += 1) {
      try {
        linkSync(own, path());
        return { held: true, release: () => rmSync(path(), { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const found = holderOf();
      if (found !== undefined && sinceWhen(found.pid) === found.since) return { held: false, by: found.pid };
      try {
        renameSync(path(), `${own}.old`);
      } catch {
        // Another was faster.
      }
    }
    return { held: false, by: holderOf()?.pid ?? 0 };
  } finally {
    rmSync(own, { force: true });
    rmSync(`${own}.old`, { force: true });
  }
}

function holderOf(): { readonly pid: number; readonly since: string } | undefined {
  try {
    const [pid, since = ""] = readFileSync(path(), "utf8").trim().split(" ");
    return { pid: Number(pid), since };
  } catch {
    return undefined;
  }
}
