import type { CacheReport } from "../../core/report.ts";
import type { Context } from "./context.ts";

/** What a mount keeps at hand, for its report. */
export function cacheReport(c: Context): CacheReport {
  const { leases, contents, replicator, late, options } = c;
  const { read, write } = leases.modes();
  return {
    objects: leases.count,
    memoryBytes: leases.bytes + contents.bytes,
    memoryBytesMax: options.cache.memoryBytes,
    readLeases: read,
    writeLeases: write,
    dirtyChanges: replicator.answered.length,
    dirtyBytes: replicator.dirty.bytes,
    dirtyBytesMax: options.cache.dirtyBytes,
    ...late.report,
  };
}
