import type { Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import type { CacheReport, LateError } from "../../core/report.ts";
import type { OpenFiles } from "./open-files.ts";

/** So many are told of. */
const LAST = 16;

/**
 * Changes that came to something else than their applications were told: who has their objects open hears of it at the
 * next fsync or close, once for each handle, and the mount's report says so for as long as it lives.
 */
export class LateErrors {
  readonly #files: OpenFiles;
  #mispredicted = 0;
  #count = 0;
  #last: LateError[] = [];
  #rescued: string[] = [];

  constructor(files: OpenFiles) {
    this.#files = files;
  }

  /** A change came to something else than was predicted: an error of this program, or of who changes exports. */
  mispredicted(): void {
    this.#mispredicted += 1;
  }

  /**
   * A change whose success had been told has failed.
   * @param touched The objects; the last one is what it is told of.
   * @param change Its kind.
   */
  failed(touched: readonly Oid[], errno: ErrnoName, change: string, timeMs: number): void {
    this.#count += 1;
    this.#last = [...this.#last.slice(1 - LAST), { oid: touched.at(-1) ?? 0, path: "", errno, change, timeMs }];
    for (const oid of touched) this.#files.failed(oid, errno);
  }

  /** Changes that cannot be sent any more are in a file now. */
  rescued(path: string): void {
    this.#rescued = [...this.#rescued.slice(1 - LAST), path];
  }

  get report(): Pick<CacheReport, "mispredicted" | "lateErrorCount" | "lateErrors" | "rescueFiles"> {
    return {
      mispredicted: this.#mispredicted,
      lateErrorCount: this.#count,
      lateErrors: this.#last,
      rescueFiles: this.#rescued,
    };
  }
}
