import * as fs from "node:fs";
import { Worker } from "node:worker_threads";
import { getXattr, setXattr } from "../support/system-xattrs.ts";

/** How a number is put into a directory, and how it is seen there. */
type Way = {
  /** Once, before all. */
  readonly start: (dir: string) => void;
  /** Makes the directory show `number`, which grows by 1 with each call. One call that counts. */
  readonly show: (dir: string, number: number) => void;
  /** @returns The number that the directory shows. */
  readonly see: (dir: string) => number;
};

const LINE = 10;
const line = (number: number): string => `${String(number).padStart(LINE - 1, "0")}\n`;
/** More than a page, so that a torn one can be told. */
const LINES = 1_200;

/** @returns The number of which `text` is made. @throws When it is torn: of several. */
function whole(text: string): number {
  const first = text.slice(0, LINE);
  if (text !== first.repeat(LINES)) throw new Error(`torn: ${text.length} bytes, begins with ${JSON.stringify(first)}`);
  return Number(first);
}

const open = new Map<string, number>();
/** A descriptor that stays open for the life of the process. */
function kept(path: string, flags: string): number {
  const fd = open.get(path) ?? fs.openSync(path, flags);
  open.set(path, fd);
  return fd;
}

let busy: Worker | undefined;
/** A thread that writes at a place of a file without a pause, for the life of the process. */
function busyAt(path: string, offset: number): void {
  const program = `const fs = require("node:fs"); const fd = fs.openSync(${JSON.stringify(path)}, "r+");
    for (let count = 0; ; count += 1) fs.writeSync(fd, String(count % 10), ${offset});`;
  busy ??= new Worker(program, { eval: true });
  busy.unref();
}

/** For what may be replaced between its lookup and its use, which the kernel repeats once only. */
function again(act: () => string): string {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).errno !== -ESTALE) throw error;
    }
  }
}
const ESTALE = 116;

const nameOf = (number: number): string => `name-${String(number).padStart(6, "0")}`;
const numberIn = (name: string): number => Number(name.slice(5));

export const SIGHTS = {
  size: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, ""),
    show: (dir, number) => fs.writeSync(kept(`${dir}/file`, "a"), line(number)),
    see: (dir) => fs.statSync(`${dir}/file`).size / LINE,
  },
  content: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, line(0)),
    show: (dir, number) => fs.writeSync(kept(`${dir}/file`, "r+"), line(number), 0),
    see: (dir) => {
      const into = Buffer.alloc(LINE);
      fs.readSync(kept(`${dir}/file`, "r"), into, 0, LINE, 0);
      return Number(into.toString("latin1"));
    },
  },
  beside: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, line(0).repeat(LINES)),
    show: (dir, number) => fs.writeSync(kept(`${dir}/file`, "r+"), line(number), 0),
    // Another thread of this mount overwrites the last page all the time.
    see: (dir) => {
      busyAt(`${dir}/file`, LINE * (LINES - 1));
      const into = Buffer.alloc(LINE);
      fs.readSync(kept(`${dir}/file`, "r"), into, 0, LINE, 0);
      return Number(into.toString("latin1"));
    },
  },
  closed: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, line(0)),
    show: (dir, number) => {
      const fd = fs.openSync(`${dir}/file`, "r+");
      fs.writeSync(fd, line(number), 0);
      fs.closeSync(fd);
    },
    see: (dir) => Number(fs.readFileSync(`${dir}/file`, "latin1")),
  },
  replaced: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, line(0).repeat(LINES)),
    show: (dir, number) => {
      fs.writeFileSync(`${dir}/new`, line(number).repeat(LINES));
      fs.renameSync(`${dir}/new`, `${dir}/file`);
    },
    see: (dir) => whole(again(() => fs.readFileSync(`${dir}/file`, "latin1"))),
  },
  opened: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, line(0)),
    show: (dir, number) => {
      fs.writeFileSync(`${dir}/new`, line(number));
      fs.renameSync(`${dir}/new`, `${dir}/file`);
    },
    see: (dir) => Number(fs.readFileSync(`${dir}/file`, "latin1")),
  },
  created: {
    start: (dir) => fs.mkdirSync(`${dir}/names`),
    show: (dir, number) => fs.writeFileSync(`${dir}/names/${nameOf(number)}`, ""),
    // The next name is looked for until it is there: so it was known as absent, mostly.
    see: (dir) => {
      let number = seen.get(dir) ?? 0;
      while (fs.existsSync(`${dir}/names/${nameOf(number + 1)}`)) number += 1;
      seen.set(dir, number);
      return number;
    },
  },
  listed: {
    start: (dir) => fs.mkdirSync(`${dir}/names`),
    show: (dir, number) => fs.mkdirSync(`${dir}/names/${nameOf(number)}`),
    see: (dir) => fs.readdirSync(`${dir}/names`).length,
  },
  renamed: {
    start: (dir) => {
      fs.mkdirSync(`${dir}/names`);
      fs.writeFileSync(`${dir}/names/${nameOf(0)}`, "");
    },
    show: (dir, number) => fs.renameSync(`${dir}/names/${nameOf(number - 1)}`, `${dir}/names/${nameOf(number)}`),
    see: (dir) => {
      const names = fs.readdirSync(`${dir}/names`);
      // A listing is no snapshot: the old and the new name, or neither, may be in one that was made meanwhile.
      if (names.length === 0) return seen.get(dir) ?? 0;
      const number = Math.max(...names.map(numberIn));
      seen.set(dir, number);
      return number;
    },
  },
  unlinked: {
    start: (dir) => {
      fs.mkdirSync(`${dir}/names`);
      for (let number = 1; number <= UNLINKED; number++) fs.writeFileSync(`${dir}/names/${nameOf(number)}`, "");
    },
    show: (dir, number) => fs.unlinkSync(`${dir}/names/${nameOf(number)}`),
    see: (dir) => {
      let number = seen.get(dir) ?? 0;
      while (number < UNLINKED && !fs.existsSync(`${dir}/names/${nameOf(number + 1)}`)) number += 1;
      seen.set(dir, number);
      return number;
    },
  },
  times: {
    start: (dir) => {
      fs.writeFileSync(`${dir}/file`, "");
      fs.utimesSync(`${dir}/file`, 1, 0);
    },
    show: (dir, number) => fs.utimesSync(`${dir}/file`, 1, number),
    see: (dir) => Math.round(fs.statSync(`${dir}/file`).mtimeMs / 1000),
  },
  owner: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, ""),
    show: (dir, number) => fs.chownSync(`${dir}/file`, number, number),
    see: (dir) => fs.statSync(`${dir}/file`).uid,
  },
  xattr: {
    start: (dir) => {
      fs.writeFileSync(`${dir}/file`, "");
      setXattr(`${dir}/file`, "user.number", "0");
    },
    show: (dir, number) => setXattr(`${dir}/file`, "user.number", String(number)),
    see: (dir) => Number(getXattr(`${dir}/file`, "user.number").toString("latin1")),
  },
  links: {
    start: (dir) => fs.writeFileSync(`${dir}/file`, ""),
    show: (dir, number) => fs.linkSync(`${dir}/file`, `${dir}/${nameOf(number)}`),
    see: (dir) => fs.statSync(`${dir}/file`).nlink - 1,
  },
  target: {
    start: (dir) => fs.symlinkSync("0", `${dir}/symlink`),
    show: (dir, number) => {
      fs.symlinkSync(String(number), `${dir}/new`);
      fs.renameSync(`${dir}/new`, `${dir}/symlink`);
    },
    see: (dir) => Number(again(() => fs.readlinkSync(`${dir}/symlink`))),
  },
} satisfies Record<string, Way>;

const UNLINKED = 300;

/** The highest number that was seen, for those that count on from there. */
const seen = new Map<string, number>();

export type Sight = keyof typeof SIGHTS;
export const wayOf = (sight: Sight): Way => SIGHTS[sight];
