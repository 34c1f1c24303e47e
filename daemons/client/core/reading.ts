import type { Oid } from "../../core/brand.ts";

/** So many files are read ahead when it is noticed that one after the other is read; and so many more with each. */
const FIRST = 8;
const PER_FILE = 2;
const UNDER_WAY_MAX = 32;
const CREDIT_MAX = 512;
/** Directories in which a file that is read is looked for. */
const DIRECTORIES_MAX = 4;
/** After so many directories without a file that was read, nobody reads any more. */
const IDLE_MAX = 4;

type Directory = {
  readonly oid: Oid;
  /** Files that are to be read, the next ones last; undefined: not looked for yet. */
  files: Oid[] | undefined;
  all: ReadonlySet<Oid>;
};

export type ReadingOptions = {
  /** Small files of a directory, in its order, as far as they are known. */
  readonly filesOf: (directory: Oid) => readonly Oid[];
  /** Reads a file ahead, if that is of any use. @param done Called once. @returns Whether it has begun. */
  readonly fetch: (file: Oid, done: () => void) => boolean;
};

/**
 * Reads small files ahead of who reads one after the other in a directory that was just listed: grep -r, cp -r, tar. As
 * with the walker, never many more than twice as many as are really read.
 */
export class Reading {
  readonly #options: ReadingOptions;
  /** Looked into last, last. */
  #directories: Directory[] = [];
  #last: Oid | undefined;
  /** One file after the other is read; and how many more may be read ahead. */
  #isNoticed = false;
  #credit = 0;
  #idle = 0;
  #underWay = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** Somebody looks into a directory. */
  visited(oid: Oid): void {
    const others = this.#directories.filter((one) => one.oid !== oid);
    const directory: Directory = { oid, files: undefined, all: NONE };
    this.#directories = [...others.slice(1 - DIRECTORIES_MAX), directory];
    this.#idle += 1;
    if (this.#idle > IDLE_MAX) this.#isNoticed = false;
    if (!this.#isNoticed) return;
    this.#look(directory);
    this.#go(directory);
  }

  /** Somebody begins to read a file. */
  began(file: Oid): void {
    if (this.#last === file) return;
    const isSecond = this.#last !== undefined;
    this.#last = file;
    const directory = this.#directoryOf(file);
    if (directory === undefined) return;
    this.#idle = 0;
    if (!isSecond) return;
    this.#credit = this.#isNoticed ? Math.min(CREDIT_MAX, this.#credit + PER_FILE) : FIRST;
    this.#isNoticed = true;
    this.#go(directory);
  }

  #directoryOf(file: Oid): Directory | undefined {
    for (let place = this.#directories.length - 1; place >= 0; place -= 1) {
      const directory = this.#directories[place];
      if (directory === undefined) continue;
      if (directory.files === undefined) this.#look(directory, file);
      if (directory.all.has(file)) return directory;
    }
    return undefined;
  }

  /** @param first The file that is read; those behind it come next. */
  #look(directory: Directory, first?: Oid): void {
    const files = this.#options.filesOf(directory.oid);
    // Not known yet, it may be when it is looked for next.
    if (files.length === 0) return;
    directory.all = new Set(files);
    const place = first === undefined ? -1 : files.indexOf(first);
    directory.files = [...files.slice(place + 1), ...files.slice(0, Math.max(0, place))].reverse();
  }

  #go(directory: Directory): void {
    while (this.#credit > 0 && this.#underWay < UNDER_WAY_MAX) {
      const next = directory.files?.pop();
      if (next === undefined) return;
      this.#underWay += 1;
      const hasBegun = this.#options.fetch(next, () => {
        this.#underWay -= 1;
        this.#go(directory);
      });
      if (hasBegun) this.#credit -= 1;
      else this.#underWay -= 1;
    }
  }
}

const NONE: ReadonlySet<Oid> = new Set();
