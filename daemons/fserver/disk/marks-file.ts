import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf } from "../../sys/memory.ts";
import { decodeMarks, encodeMarks, MARKS_PAGE_BYTES, type Marks, type Written } from "./marks.ts";

/** Where the marks are kept: `.pohmelfs/marks`, two pages that are written in turn. */
export class MarksFile {
  readonly #fd: number;
  #written: Written | undefined;

  private constructor(fd: number, written: Written | undefined) {
    this.#fd = fd;
    this.#written = written;
  }

  /**
   * Reads them back, and takes their space.
   *
   * @param fd Stays open as long as this is used.
   * @returns EUCLEAN where neither page is as it was written.
   */
  static read(fd: number): Result<MarksFile> {
    const pages = Buffer.alloc(2 * MARKS_PAGE_BYTES);
    const got = libc.pread(fd, addressOf(pages), pages.length, 0);
    if (got < 0) return fail(errnoName(-got));
    const untouched = pages.every((byte) => byte === 0);
    const found = [0, MARKS_PAGE_BYTES].map((at) => decodeMarks(pages.subarray(at, at + MARKS_PAGE_BYTES)));
    const good = found.flatMap((page) => (page.ok ? [page.value] : [])).sort((a, b) => b.times - a.times);
    const [first] = found;
    if (good.length === 0 && !untouched && first !== undefined && !first.ok) return first;
    if (got < pages.length) {
      const done = libc.pwrite(fd, addressOf(pages), pages.length, 0);
      if (done !== pages.length) return fail(done < 0 ? errnoName(-done) : "ENOSPC");
    }
    return ok(new MarksFile(fd, good[0]));
  }

  /** Undefined at the first use, or where they were lost. */
  get marks(): Marks | undefined {
    return this.#written?.marks;
  }

  /** Durable when it returns. */
  write(marks: Marks): Result<void> {
    const written = { marks, times: (this.#written?.times ?? 0) + 1 };
    const page = encodeMarks(written);
    const done = libc.pwrite(this.#fd, addressOf(page), page.length, (written.times % 2) * MARKS_PAGE_BYTES);
    if (done !== page.length) return fail(done < 0 ? errnoName(-done) : "ENOSPC");
    const synced = libc.fsync(this.#fd);
    if (synced < 0) return fail(errnoName(-synced));
    this.#written = written;
    return ok(undefined);
  }
}
