import { I64, INT, PTR, type Rows, raw, row, SIZE, U32 } from "./call.ts";
import type { Address } from "./memory.ts";

/** Calls on open files, and those that open them. Each gives -errno on failure; see its page in section 2. */
export type FileCalls = {
  /** `path` ends with NUL, here and everywhere. @returns A descriptor. */
  openat(dirfd: number, path: Address, flags: number, mode: number): number;
  /** @param how struct open_how, 24 bytes: flags u64, mode u64, resolve u64. Linux 5.6. */
  openat2(dirfd: number, path: Address, how: Address, size: number): number;
  close(fd: number): number;
  read(fd: number, buffer: Address, count: number): number;
  write(fd: number, buffer: Address, count: number): number;
  readv(fd: number, vector: Address, count: number): number;
  writev(fd: number, vector: Address, count: number): number;
  pread(fd: number, buffer: Address, count: number, offset: number): number;
  pwrite(fd: number, buffer: Address, count: number, offset: number): number;
  /** With RWF_NOWAIT: what the page cache has; -EAGAIN if nothing, -EOPNOTSUPP on file systems that cannot tell. */
  preadv2(fd: number, vector: Address, count: number, offset: number, flags: number): number;
  pwritev2(fd: number, vector: Address, count: number, offset: number, flags: number): number;
  /** @returns The new offset. -ENXIO: nothing after `offset` (SEEK_DATA, SEEK_HOLE). */
  lseek(fd: number, offset: number, whence: number): number;
  ftruncate(fd: number, size: number): number;
  fallocate(fd: number, mode: number, offset: number, length: number): number;
  fsync(fd: number): number;
  fdatasync(fd: number): number;
  /** Everything of the file system that `fd` lies on. */
  syncfs(fd: number): number;
  /** @returns Bytes of struct linux_dirent64 records, 0 at the end. */
  getdents64(fd: number, buffer: Address, size: number): number;
  /** Offsets are pointers to i64, advanced by the kernel; NULL: the file's own. */
  copy_file_range(
    from: number,
    fromOffset: Address,
    to: number,
    toOffset: Address,
    length: number,
    flags: number,
  ): number;
  flock(fd: number, operation: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  ioctl(fd: number, request: number, argument: Address): number;
  /** @param handle struct file_handle: bytes u32 (in: room, out: used), type i32, then the bytes. @param mountId i32. */
  name_to_handle_at(dirfd: number, path: Address, handle: Address, mountId: Address, flags: number): number;
  /** Needs CAP_DAC_READ_SEARCH. -ESTALE: no such object any more. */
  open_by_handle_at(mountFd: number, handle: Address, flags: number): number;
  /** @param buffer struct statfs, 120 bytes. */
  fstatfs(fd: number, buffer: Address): number;
  /** @param address 0: wherever there is room. @returns The address. */
  mmap(address: number, length: number, protection: number, flags: number, fd: number, offset: number): number;
  munmap(address: number, length: number): number;
  /** No system call, but the way to memory that is not Node's: mmap(2). @returns `to`. */
  memcpy(to: number, from: Address, length: number): number;
};

export const FILE_ROWS: Rows<FileCalls> = {
  openat: row(INT, INT, PTR, INT, U32),
  openat2: raw(INT, PTR, PTR, SIZE),
  close: row(INT, INT),
  read: row(I64, INT, PTR, SIZE),
  write: row(I64, INT, PTR, SIZE),
  readv: row(I64, INT, PTR, INT),
  writev: row(I64, INT, PTR, INT),
  pread: row(I64, INT, PTR, SIZE, I64),
  pwrite: row(I64, INT, PTR, SIZE, I64),
  preadv2: row(I64, INT, PTR, INT, I64, INT),
  pwritev2: row(I64, INT, PTR, INT, I64, INT),
  lseek: row(I64, INT, I64, INT),
  ftruncate: row(INT, INT, I64),
  fallocate: row(INT, INT, INT, I64, I64),
  fsync: row(INT, INT),
  fdatasync: row(INT, INT),
  syncfs: row(INT, INT),
  getdents64: raw(INT, PTR, SIZE),
  copy_file_range: row(I64, INT, PTR, INT, PTR, SIZE, U32),
  flock: row(INT, INT, INT),
  fcntl: row(INT, INT, INT, I64),
  ioctl: row(INT, INT, I64, PTR),
  name_to_handle_at: row(INT, INT, PTR, PTR, PTR, INT),
  open_by_handle_at: row(INT, INT, PTR, INT),
  fstatfs: row(INT, INT, PTR),
  mmap: row(I64, I64, SIZE, INT, INT, INT, I64),
  munmap: row(INT, I64, SIZE),
  memcpy: row(I64, I64, PTR, SIZE),
};
