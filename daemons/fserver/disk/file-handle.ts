import { libc } from "../../sys/libc.ts";
import { type Address, addressOf, NULL } from "../../sys/memory.ts";

/** linux/fs.h MAX_HANDLE_SZ. */
const ROOM = 128;
const bytes = Buffer.alloc(8 + ROOM);
const mount = Buffer.alloc(4);
let handleAddress = 0;
let mountAddress = 0;

/**
 * Asks for the handle of what a name in a directory means (of the directory itself with AT_EMPTY_PATH and no name); it
 * then lies in a place of this thread's, until the next call.
 *
 * @returns How many bytes, or -errno: -EOPNOTSUPP where the file system has none.
 */
export function readHandle(dirfd: number, name: Address, flags: number): number {
  if (handleAddress === NULL) {
    handleAddress = addressOf(bytes);
    mountAddress = addressOf(mount);
  }
  bytes.writeUInt32LE(ROOM, 0);
  const result = libc.name_to_handle_at(dirfd, name, handleAddress, mountAddress, flags);
  return result < 0 ? result : bytes.readUInt32LE(0);
}

/** The handle read last as a key: type and bytes. */
export const handleKey = (length: number): string => bytes.toString("latin1", 4, 8 + length);

const wanted = Buffer.alloc(8 + ROOM);

/** struct file_handle from its key. @returns Bytes that stay valid until the next call. */
export function handleOf(key: string): Buffer {
  wanted.writeUInt32LE(key.length - 4, 0);
  wanted.write(key, 4, "latin1");
  return wanted;
}
