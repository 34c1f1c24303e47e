import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { LogLimit } from "./log-limit.ts";
import { journalLine, LOG_PRIORITY, type LogEvent, type LogFields, type LogLevel, plainLine } from "./log-line.ts";

type Write = (text: string, fields?: LogFields) => void;

/**
 * Where events are told: one line each, written at once, from any thread. An event has a fixed text and its particulars
 * in fields, so that repeats are recognized: of the same one ten in five seconds are written, then how many more.
 */
export type Log = Readonly<Record<LogLevel, Write>> & {
  /** A log that adds fields to each of its events. */
  child(fields: LogFields): Log;
  /** Opens the file anew, after logrotate(8) has moved it away. Nothing without a file. */
  reopen(): void;
  /** Goes on with another level, and in another place; so do its children. */
  change(to: { readonly level: LogLevel; readonly file: string | undefined }): void;
  /** Writes how many repeats were held back; before the end. */
  flush(): void;
};

export type LogOptions = {
  readonly level: LogLevel;
  /** Appended to, instead of standard error. */
  readonly file?: string | undefined;
  /** What systemd says standard error is connected to: `device:inode`, systemd.exec(5). */
  readonly journalStream?: string | undefined;
  /** Standard error. */
  readonly fd?: number;
};

/** Whether a descriptor goes to the journal, and not to where somebody redirected it. */
export function isJournal(fd: number, journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return journalStream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** The end of a log: a file that may be opened anew, or standard error. */
class Target {
  #file: string | undefined;
  readonly #stderr: number;
  readonly #journal: boolean;
  #fd: number;

  constructor({ file, fd = 2, journalStream = process.env["JOURNAL_STREAM"] }: LogOptions) {
    this.#file = file;
    this.#stderr = fd;
    this.#fd = fd;
    this.#journal = isJournal(fd, journalStream);
  }

  /** @returns What went wrong; then lines go on to where they went before. */
  open(): string | undefined {
    if (this.#file === undefined) return undefined;
    try {
      const opened = openSync(this.#file, "a", 0o640);
      if (this.#fd !== this.#stderr) closeSync(this.#fd);
      this.#fd = opened;
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** @returns As open(). */
  move(file: string | undefined): string | undefined {
    if (file === this.#file) return undefined;
    this.#file = file;
    if (file !== undefined) return this.open();
    if (this.#fd !== this.#stderr) closeSync(this.#fd);
    this.#fd = this.#stderr;
    return undefined;
  }

  write(event: LogEvent): void {
    const journal = this.#journal && this.#fd === this.#stderr;
    try {
      writeSync(this.#fd, journal ? journalLine(event) : plainLine(event, Date.now()));
    } catch {
      // A full disk or a reader that has gone must not stop a daemon; there is nowhere to say so.
    }
  }
}

type Core = { readonly target: Target; readonly limit: LogLimit; most: number };

function makeLog(core: Core, bound: LogFields): Log {
  const at =
    (level: LogLevel): Write =>
    (text, fields) => {
      if (LOG_PRIORITY[level] > core.most) return;
      const event: LogEvent = { level, text, fields: { ...bound, ...fields } };
      for (const each of core.limit.pass(event, performance.now())) core.target.write(each);
    };
  return {
    error: at("error"),
    warning: at("warning"),
    notice: at("notice"),
    info: at("info"),
    debug: at("debug"),
    child: (fields) => makeLog(core, { ...bound, ...fields }),
    reopen: () => {
      const wrong = core.target.open();
      if (wrong !== undefined) makeLog(core, bound).error("cannot open the log file", { because: wrong });
    },
    change: ({ level, file }) => {
      core.most = LOG_PRIORITY[level];
      const wrong = core.target.move(file);
      if (wrong !== undefined) makeLog(core, bound).error("cannot open the log file", { because: wrong });
    },
    flush: () => {
      for (const each of core.limit.ended(Number.POSITIVE_INFINITY)) core.target.write(each);
    },
  };
}

/**
 * @returns A log for events of `level` and graver ones. Where the file cannot be opened, it goes to standard error and
 * says so.
 */
export function createLog(options: LogOptions): Log {
  const core = { target: new Target(options), limit: new LogLimit(), most: LOG_PRIORITY[options.level] };
  const log = makeLog(core, {});
  log.reopen();
  return log;
}
