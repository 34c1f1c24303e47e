import type { Caller } from "../../core/caller.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";

/** unshare(2), linux/sched.h: a root, a working directory and a umask of the calling thread's own. */
const CLONE_FS = 0x200;

/**
 * On whose behalf this thread asks the kernel: credentials(7), capabilities(7). Permission checks, sticky bits,
 * inheritance of groups and ACLs, and quotas are thereby the kernel's own.
 *
 * Between two calls of the store the thread is root. Supplementary groups stay as they were last set, since they do not
 * matter to root: setting them costs most.
 */
export class Identity {
  #uid = 0;
  #gid = 0;
  #groups: readonly number[] = [];
  #umask: number;
  readonly #list = Buffer.alloc(4 * 65_536);

  /** Gives the thread a umask of its own; where that is refused, the whole process shares the one that is set here. */
  constructor() {
    libc.unshare(CLONE_FS);
    libc.umask(0);
    this.#umask = 0;
    libc.setgroups(0, addressOf(this.#list));
  }

  /** @returns 0, or -errno when the kernel does not take the groups. Then the thread is root still. */
  become(caller: Caller): number {
    if (caller.uid === 0 && caller.gid === this.#gid) return 0;
    if (caller.uid !== 0 && !this.#hasGroups(caller.groups)) {
      const refused = this.#setGroups(caller.groups);
      if (refused < 0) return refused;
    }
    if (caller.gid !== this.#gid) {
      libc.setfsgid(caller.gid);
      this.#gid = caller.gid;
    }
    if (caller.uid !== 0) {
      libc.setfsuid(caller.uid);
      this.#uid = caller.uid;
    }
    return 0;
  }

  root(): void {
    if (this.#uid !== 0) {
      libc.setfsuid(0);
      this.#uid = 0;
    }
    if (this.#gid !== 0) {
      libc.setfsgid(0);
      this.#gid = 0;
    }
  }

  umask(mask: number): void {
    if (mask === this.#umask) return;
    libc.umask(mask);
    this.#umask = mask;
  }

  #hasGroups(groups: readonly number[]): boolean {
    const now = this.#groups;
    if (now === groups) return true;
    if (now.length !== groups.length) return false;
    for (let i = 0; i < groups.length; i += 1) if (now[i] !== groups[i]) return false;
    return true;
  }

  #setGroups(groups: readonly number[]): number {
    groups.forEach((gid, place) => {
      this.#list.writeUInt32LE(gid, 4 * place);
    });
    const result = libc.setgroups(groups.length, addressOf(this.#list));
    if (result >= 0) this.#groups = groups;
    return result;
  }
}
