import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { O_CLOEXEC, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";

/** What a member must never forget, and how it ended last. */
export type Marks = {
  /** Numbers below it may have been given out. */
  readonly oids: number;
  readonly clients: number;
  /** Starts so far. */
  readonly run: number;
  /** Of the host when it was last started: random/boot_id in /proc/sys/kernel. */
  readonly boot: string;
  /** It was closed in order. */
  readonly closed: boolean;
  /** Objects when it was closed. */
  readonly objects: number;
};

export const FIRST_MARKS: Marks = { oids: 2, clients: 1, run: 0, boot: "", closed: true, objects: 0 };
export const MARKS_FILE = "marks";

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** @returns EUCLEAN for text that is not what {@link writeMarks} wrote: never guessed (rule 10). */
export function parseMarks(text: string): Result<Marks> {
  let read: Partial<Record<keyof Marks, unknown>>;
  try {
    read = JSON.parse(text);
  } catch {
    return fail("EUCLEAN", "not JSON");
  }
  const { oids, clients, run, boot, closed, objects } = read ?? {};
  if (!isCount(oids) || !isCount(clients) || !isCount(run) || !isCount(objects))
    return fail("EUCLEAN", "a number is missing");
  if (typeof boot !== "string" || typeof closed !== "boolean") return fail("EUCLEAN", "a field is missing");
  return ok({ oids, clients, run, boot, closed, objects });
}

/** Replaces a small file of ours as a whole; durable when it returns. */
export function replaceFile(folder: number, name: string, text: string): Result<void> {
  const next = `${name}.new`;
  const fd = libc.openat(folder, cstring(next), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600);
  if (fd < 0) return fail(errnoName(-fd));
  const bytes = Buffer.from(text);
  const written = libc.write(fd, addressOf(bytes), bytes.length);
  const synced = libc.fsync(fd);
  libc.close(fd);
  if (written !== bytes.length) return fail(written < 0 ? errnoName(-written) : "ENOSPC");
  if (synced < 0) return fail(errnoName(-synced));
  const renamed = libc.renameat2(folder, cstring(next), folder, cstring(name), 0);
  if (renamed < 0) return fail(errnoName(-renamed));
  libc.fsync(folder);
  return ok(undefined);
}

export const writeMarks = (folder: number, marks: Marks): Result<void> =>
  replaceFile(folder, MARKS_FILE, `${JSON.stringify(marks)}\n`);
