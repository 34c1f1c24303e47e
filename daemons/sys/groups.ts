import { bootMs } from "./clock.ts";
import { ProcessStatus } from "./process-status.ts";

/** How long an answer holds: newgrp(1) and the like show after this. */
const KEEP_MS = 1000;
const ANSWERS_MAX = 1024;
const NONE: readonly number[] = [];

type Answer = { readonly groups: readonly number[]; readonly untilMs: number };

/** @param line `Uid: real effective saved file-system`, proc_pid_status(5). */
const fileSystemId = (status: string, line: "Uid" | "Gid"): number =>
  Number(new RegExp(`^${line}:\\s+\\d+\\s+\\d+\\s+\\d+\\s+(\\d+)$`, "m").exec(status)?.[1] ?? -1);

/**
 * @param status The text of /proc/PID/status.
 * @returns The supplementary groups; none when the ids are not those asked for: the caller has gone, and its number
 * belongs to another by now, or the list was too long to be read.
 */
export function parseGroups(status: string, uid: number, gid: number): readonly number[] {
  if (fileSystemId(status, "Uid") !== uid || fileSystemId(status, "Gid") !== gid) return NONE;
  const list = /^Groups:[\t ]*(.*)\n/m.exec(status)?.[1] ?? "";
  return list.split(" ").filter(Boolean).map(Number);
}

/**
 * Supplementary groups of those who call: the kernel's FUSE requests carry none. The request's pid is that of the
 * calling thread, and /proc/TID/status tells that thread's.
 */
export class GroupLists {
  readonly #answers = new Map<string, Answer>();
  readonly #status: ProcessStatus;

  constructor(status: ProcessStatus = new ProcessStatus()) {
    this.#status = status;
  }

  /** @returns The groups; none for root, whom they give nothing, for pid 0 (the kernel itself), and for who has gone. */
  of(pid: number, uid: number, gid: number): readonly number[] {
    if (uid === 0 || pid === 0) return NONE;
    const now = bootMs();
    const key = `${pid} ${uid} ${gid}`;
    const known = this.#answers.get(key);
    if (known !== undefined && known.untilMs > now) return known.groups;
    const groups = parseGroups(this.#status.read(pid), uid, gid);
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    this.#answers.set(key, { groups, untilMs: now + KEEP_MS });
    return groups;
  }
}
