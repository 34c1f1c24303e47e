import * as fs from "node:fs";
import { serveTask } from "../programs/racer-process.ts";
import { Mapping } from "../support/system-memory.ts";

/** A process that makes something durable, and kills all daemons with its next system call. */
export const SYNC_PROGRAM = import.meta.filename;

export type Syncing = {
  readonly task: string;
  readonly number: number;
  readonly dir: string;
  /** What `file` in `dir` must have when it is over. */
  readonly text: string;
  readonly pids: readonly number[];
};

function withFile(path: string, flags: string | number, act: (fd: number) => void): void {
  const fd = fs.openSync(path, flags);
  act(fd);
  // Not closed: that is no part of it.
}

const { O_CREAT, O_RDWR, O_SYNC, O_DSYNC } = fs.constants;

/** Ways to make what was written durable. Names are for people. */
export const SYNCS: Readonly<Record<string, { name: string; run: (dir: string, text: string) => void }>> = {
  fsync: {
    name: "fsync of a new file",
    run: (dir, text) =>
      withFile(`${dir}/file`, "w", (fd) => {
        fs.writeSync(fd, text);
        fs.fsyncSync(fd);
      }),
  },
  fdatasync: {
    name: "fdatasync of a file that grew",
    run: (dir, text) =>
      withFile(`${dir}/file`, "w", (fd) => {
        fs.writeSync(fd, text.slice(0, 5));
        fs.writeSync(fd, text.slice(5));
        fs.fdatasyncSync(fd);
      }),
  },
  synchronous: {
    name: "a write with O_SYNC",
    run: (dir, text) => withFile(`${dir}/file`, O_CREAT | O_RDWR | O_SYNC, (fd) => fs.writeSync(fd, text)),
  },
  dataSynchronous: {
    name: "a write with O_DSYNC",
    run: (dir, text) => withFile(`${dir}/file`, O_CREAT | O_RDWR | O_DSYNC, (fd) => fs.writeSync(fd, text)),
  },
  mapped: {
    name: "msync of a mapping",
    run: (dir, text) =>
      withFile(`${dir}/file`, "w+", (fd) => {
        fs.writeSync(fd, "-".repeat(text.length));
        const mapping = new Mapping(fd, text.length);
        mapping.write(0, Buffer.from(text));
        mapping.sync();
      }),
  },
  saved: {
    name: "a file that is written, synced, renamed over another, and fsync of the directory",
    run: (dir, text) => {
      fs.writeFileSync(`${dir}/file`, "old");
      withFile(`${dir}/new`, "w", (fd) => {
        fs.writeSync(fd, text);
        fs.fsyncSync(fd);
      });
      fs.renameSync(`${dir}/new`, `${dir}/file`);
      withFile(dir, "r", (fd) => fs.fsyncSync(fd));
    },
  },
  another: {
    name: "fsync of a file after others were written and renamed before it",
    run: (dir, text) => {
      fs.writeFileSync(`${dir}/new`, text);
      fs.renameSync(`${dir}/new`, `${dir}/file`);
      withFile(`${dir}/other`, "w", (fd) => fs.fsyncSync(fd));
    },
  },
};

// Acts at load when it is the program of a process that was forked; an import for its types does nothing.
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const task =
    (run: (dir: string, text: string) => void) =>
    ({ dir, text, pids }: Syncing): void => {
      run(dir, text);
      for (const pid of pids) process.kill(pid, "SIGKILL");
    };
  serveTask<Syncing>(Object.fromEntries(Object.entries(SYNCS).map(([way, { run }]) => [way, task(run)])));
}
