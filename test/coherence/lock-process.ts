import * as fs from "node:fs";
import { serveTask } from "../programs/racer-process.ts";
import { flock, LOCK_EX, LOCK_UN } from "../support/system.ts";
import { lock } from "../support/system-locks.ts";

/** A process that counts in a file under a lock of one kind. */
export const LOCKS_PROGRAM = import.meta.filename;

type Counting = { readonly task: string; readonly dir: string; readonly number: number; readonly count: number };
/** Takes the lock, and returns what drops it. */
type Take = (dir: string, number: number) => () => void;

/** Tries until it works; only a lock that is taken is no error. */
function until(act: () => void): void {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Takes a lock of an open file, and drops it before the file is closed. */
const ofOpenFile =
  (take: (fd: number) => void, drop: (fd: number) => void): Take =>
  (dir) => {
    const fd = fs.openSync(`${dir}/lock-file`, "r+");
    take(fd);
    return () => {
      drop(fd);
      fs.closeSync(fd);
    };
  };

const KINDS = {
  exclusive: (dir) => {
    until(() => fs.closeSync(fs.openSync(`${dir}/lock`, "wx")));
    return () => fs.unlinkSync(`${dir}/lock`);
  },
  mkdir: (dir) => {
    until(() => fs.mkdirSync(`${dir}/lock`));
    return () => fs.rmdirSync(`${dir}/lock`);
  },
  link: (dir, number) => {
    fs.writeFileSync(`${dir}/mine-${number}`, "");
    until(() => fs.linkSync(`${dir}/mine-${number}`, `${dir}/lock`));
    return () => fs.unlinkSync(`${dir}/lock`);
  },
  record: ofOpenFile(
    (fd) => lock(fd, "process", { type: "write", start: 0, length: 0 }, true),
    (fd) => lock(fd, "process", { type: "unlock", start: 0, length: 0 }),
  ),
  openFile: ofOpenFile(
    (fd) => flock(fd, LOCK_EX),
    (fd) => flock(fd, LOCK_UN),
  ),
} satisfies Record<string, Take>;

export type Counter = keyof typeof KINDS;
export const COUNTERS = Object.keys(KINDS) as readonly Counter[];

const counting =
  (take: Take) =>
  ({ dir, number, count }: Counting): void => {
    for (let done = 0; done < count; done++) {
      const drop = take(dir, number);
      const value = Number(fs.readFileSync(`${dir}/counter`, "latin1"));
      fs.writeFileSync(`${dir}/counter`, String(value + 1));
      drop();
    }
  };

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  serveTask<Counting>(Object.fromEntries(Object.entries(KINDS).map(([name, take]) => [name, counting(take)])));
}
