import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes a folder, below the temporary one or another, and makes it the temporary one of this process and those it starts.
 *
 * On ext4 each directory directly in it lies in a block group of its own. For some minutes after an inode was removed,
 * ext4 looks at it, and at each like it in the group, before it gives out another one (`recently_deleted` in
 * fs/ext4/ialloc.c): where many files were removed before, a creation costs 0.2 ms more, for everybody who is measured.
 */
export function freshFolder(within = tmpdir()): string {
  const folder = mkdtempSync(join(within, "pohmelfs-bench-"));
  // chattr(1), T: the top of a hierarchy of directories. What is no ext4 refuses it, and has no use for it.
  spawnSync("chattr", ["+T", folder], { stdio: "ignore" });
  process.env["TMPDIR"] = folder;
  return folder;
}
