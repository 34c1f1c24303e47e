import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process, by what ps(1) calls it. */
export type User = { readonly pid: number; readonly name: string };

/** What of a process leads to files. proc_pid(5). */
const LINKS = ["cwd", "root", "exe"];

/** @returns The processes that have something open for which `fits` is true of the link's target. */
export function whoHas(fits: (target: string) => boolean): User[] {
  const pids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  return pids.filter((pid) => linksOf(pid).some(fits)).map((pid) => ({ pid: Number(pid), name: nameOf(pid) }));
}

/** Who has a file of a directory open, or works in it: what keeps it from being unmounted. No file there is touched. */
export const whoUses = (directory: string): User[] =>
  whoHas((target) => target === directory || target.startsWith(`${directory}/`));

function linksOf(pid: string): string[] {
  const read = (path: string): string[] => {
    try {
      return [readlinkSync(path)];
    } catch {
      return [];
    }
  };
  let open: string[];
  try {
    open = readdirSync(`/proc/${pid}/fd`).map((fd) => `fd/${fd}`);
  } catch {
    open = [];
  }
  return [...LINKS, ...open].flatMap((link) => read(`/proc/${pid}/${link}`));
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();
  } catch {
    return "?";
  }
}

/** `less (pid 17), bash (pid 9)`; of many the first few. */
export function usersText(users: readonly User[], max = 5): string {
  const shown = users.slice(0, max).map(({ pid, name }) => `${name} (pid ${pid})`);
  return [...shown, ...(users.length > max ? [`${users.length - max} more`] : [])].join(", ");
}
