import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { encodeFrameParts } from "../wire/frame.ts";
import { FIRST_EPOCH, type Change } from "../wire/messages.ts";

/** Where changes lie that were answered, and that no session can send any more. POHMELFS_STATE overrides its parent. */
export const rescueFolder = (): string => join(process.env["POHMELFS_STATE"] ?? "/var/lib/pohmelfs", "rescue");

/** What the changes of a rescue file are of: its first line, as JSON. */
export type RescueHead = {
  readonly format: 1;
  readonly group: string;
  readonly at: string;
  readonly client: number;
  /** Why no member gets them any more. */
  readonly because: string;
  /** When it was written, ISO 8601. */
  readonly since: string;
  readonly changes: number;
};

/**
 * Writes changes where they outlive this process and this host: a line of JSON ({@link RescueHead}), then each change as
 * a frame of the wire, in the order of their numbers.
 *
 * @returns The path of the file. Throws what the file system says: the caller has nowhere else to put them.
 */
export function writeRescueFile(head: Omit<RescueHead, "format" | "changes">, changes: readonly Change[]): string {
  const folder = rescueFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const day = head.since.replaceAll(/[:.]/g, "-");
  const path = join(folder, `${encodeURIComponent(head.group)}-${head.client}-${day}.changes`);
  const fd = openSync(path, "wx", 0o600);
  try {
    const full: RescueHead = { format: 1, ...head, changes: changes.length };
    write(fd, Buffer.from(`${JSON.stringify(full)}\n`));
    for (const change of changes) {
      const { head: first, tail } = encodeFrameParts(change, 0, FIRST_EPOCH);
      write(fd, first);
      write(fd, tail);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return path;
}

function write(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
