import type { MessageOfKind } from "../../wire/messages.ts";
import type { Disk } from "./disk.ts";
import type { Effects } from "./effects.ts";
import { purge } from "./orphanage.ts";

/** Removes an orphan for good. What is none, or none any more, stays: that is no failure. @returns 0 or -errno. */
export function applyPurge(disk: Disk, change: MessageOfKind<"purge">, effects: Effects): number {
  const entry = disk.objects.get(change.oid);
  if (entry === undefined || !entry.orphan) return 0;
  const result = purge(disk, entry);
  if (result === 0) effects.removed.push(entry);
  return result;
}
