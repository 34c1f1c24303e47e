import { bytesText } from "./quantity.ts";
import type { SyncLeft } from "./report.ts";

/** What is still on its way, in a few words: `812 changes (3.2 MiB) left, waiting for host-166`. */
export function leftText({ changes, bytes, members }: SyncLeft): string {
  if (changes === 0) return "waiting for the disks of the servers";
  const counted = `${changes} change${changes === 1 ? "" : "s"}`;
  const size = bytes > 0 ? ` (${bytesText(bytes)})` : "";
  const whom = members.length > 0 ? `, waiting for ${members.join(", ")}` : "";
  return `${counted}${size} left${whom}`;
}
