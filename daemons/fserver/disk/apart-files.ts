import type { Oid } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import { libc } from "../../sys/libc.ts";
import type { Done } from "../core/journal.ts";
import type { Disk } from "./disk.ts";
import type { SyncWorkers } from "./sync-workers.ts";

/** fcntl(2), linux/fcntl.h. */
const F_DUPFD_CLOEXEC = 1030;

/** Files whose data did not go through the journal: they are flushed before it is. */
export class ApartFiles {
  readonly #disk: Disk;
  #files = new Set<Oid>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  add(oid: Oid): void {
    this.#files.add(oid);
  }

  get any(): boolean {
    return this.#files.size > 0;
  }

  /** @param done Told the worst, when the data of all those added before are durable. */
  flush(workers: SyncWorkers | undefined, done: Done): void {
    const files = [...this.#files];
    this.#files = new Set();
    let left = 1;
    let worst = 0;
    const one = (result: number): void => {
      worst = Math.min(worst, result);
      left -= 1;
      if (left === 0) done(worst);
    };
    for (const oid of files) {
      left += 1;
      this.#flushOne(oid, workers, one);
    }
    one(0);
  }

  #flushOne(oid: Oid, workers: SyncWorkers | undefined, done: Done): void {
    const { objects } = this.#disk;
    const entry = objects.get(oid);
    // Removed since: nothing of it is wanted any more.
    if (entry === undefined) return done(0);
    objects.open.nextTurn();
    const open = objects.open.any(entry);
    // Opened anew for writing, or removed, meanwhile, the object must not take the descriptor from the waiting thread.
    const fd = open < 0 ? open : libc.fcntl(open, F_DUPFD_CLOEXEC, 0);
    // Somebody removed it past the system; or there is no descriptor to be had, and all files are flushed instead.
    if (fd < 0) return done(fd === -ERRNO.ESTALE.number ? 0 : libc.syncfs(this.#disk.root));
    const finish = (result: number): void => {
      libc.close(fd);
      done(result);
    };
    if (workers?.submit({ call: "fdatasync", fd }, finish) !== true) finish(libc.fdatasync(fd));
  }
}
