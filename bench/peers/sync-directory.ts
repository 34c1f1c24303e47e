import { open } from "node:fs/promises";

/** fsync(2) of a directory. */
export async function syncDirectory(at: string): Promise<void> {
  const directory = await open(at);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
