import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../constants.ts";
import { libc } from "../libc.ts";
import { cstring } from "../memory.ts";

/** An empty folder of a test's own. */
export type Scratch = { readonly path: string; readonly fd: number };

/** Runs a test in a folder that is gone afterwards. */
export function withScratch(body: (scratch: Scratch) => void): void {
  const path = mkdtempSync(join(tmpdir(), "pohmelfs-sys-"));
  const fd = libc.openat(AT_FDCWD, cstring(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  try {
    body({ path, fd });
  } finally {
    libc.close(fd);
    rmSync(path, { recursive: true, force: true });
  }
}
