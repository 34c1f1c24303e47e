import { fail, ok, type Result } from "../../core/result.ts";
import { crc32 } from "./crc32.ts";

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

/** How often they were written: of two the later counts. */
export type Written = { readonly marks: Marks; readonly times: number };

export const FIRST_MARKS: Marks = { oids: 2, clients: 1, run: 0, boot: "", closed: true, objects: 0 };
/** Each time one of two pages is written, in place: the other one stays good, and a full disk cannot refuse it. */
export const MARKS_PAGE_BYTES = 4_096;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function sum(text: string): number {
  const bytes = new TextEncoder().encode(text);
  return crc32(bytes, 0, bytes.length);
}

/** A page: a line of JSON, a line with its sum, and zero bytes. */
export function encodeMarks({ marks, times }: Written): Buffer {
  const text = JSON.stringify({ times, ...marks });
  const page = Buffer.alloc(MARKS_PAGE_BYTES);
  page.write(`${text}\n${sum(text).toString(16)}\n`, "latin1");
  return page;
}

/** @returns EUCLEAN for a page that is not as {@link encodeMarks} made it: never guessed (rule 10). */
export function decodeMarks(page: Buffer): Result<Written> {
  const [text = "", found = ""] = page.toString("latin1").split("\n", 2);
  if (found !== sum(text).toString(16)) return fail("EUCLEAN", "damaged");
  let read: Partial<Record<keyof Marks | "times", unknown>>;
  try {
    read = JSON.parse(text);
  } catch {
    return fail("EUCLEAN", "not JSON");
  }
  const { times, oids, clients, run, boot, closed, objects } = read ?? {};
  if (![times, oids, clients, run, objects].every(isCount)) return fail("EUCLEAN", "a number is missing");
  if (typeof boot !== "string" || typeof closed !== "boolean") return fail("EUCLEAN", "a field is missing");
  const marks = { oids, clients, run, boot, closed, objects } as Marks;
  return ok({ marks, times: times as number });
}
