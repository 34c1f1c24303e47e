import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SEGMENT_BYTES_MIN } from "../core/journal-layout.ts";
import { type DiskStore, type DiskStoreOptions, openDiskStore } from "../disk-store.ts";

/** Why tests of the disk store are left out here, if they are. */
export const needsRoot: string | false =
  process.geteuid?.() === 0 ? false : "needs root: trusted xattrs, file handles, other users";

export type TemporaryExport = {
  readonly root: string;
  open(more?: Partial<DiskStoreOptions>): DiskStore;
  remove(): void;
};

/** An empty directory to export, in which anybody may make names. */
export function temporaryExport(): TemporaryExport {
  const root = mkdtempSync(join(tmpdir(), "pohmelfs-store-"));
  chmodSync(root, 0o777);
  return {
    root,
    open: (more = {}) => {
      const opened = openDiskStore({ root, adopt: false, segmentBytes: SEGMENT_BYTES_MIN, ...more });
      if (!opened.ok) throw new Error(opened.because ?? opened.errno);
      return opened.value;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
