import { writeFileSync } from "node:fs";
import { run } from "../../test/support/run.ts";
import type { FileSystem } from "./file-system.ts";

/** A fresh client, servers that run, and nothing of the disk in memory. */
export async function makeCold(system: FileSystem): Promise<void> {
  await system.barrier();
  await system.remount();
  await run(["sync"]);
  writeFileSync("/proc/sys/vm/drop_caches", "3");
}
