import { closeSync, constants, openSync, readSync } from "node:fs";

/** Reads a file past the kernel's page cache, so that a member is asked. */
export function readDirect(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECT);
  try {
    const parts: Buffer[] = [];
    for (;;) {
      const part = Buffer.alloc(1 << 20);
      const length = readSync(fd, part, 0, part.length, null);
      if (length === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}
