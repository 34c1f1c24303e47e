/** Numbers of the kernel's interface, under their own names; the same on x86-64 and arm64 but for the four that ask. */

// open(2): asm-generic/fcntl.h. Four flags have other values on arm64: arch/arm64/include/uapi/asm/fcntl.h.
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DSYNC = 0o10000;
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_SYNC = 0o4010000;
export const O_PATH = 0o10000000;
const arm = process.arch === "arm64";
export const O_DIRECT = arm ? 0o200000 : 0o40000;
export const O_DIRECTORY = arm ? 0o40000 : 0o200000;
export const O_NOFOLLOW = arm ? 0o100000 : 0o400000;
export const O_TMPFILE = 0o20000000 | O_DIRECTORY;

// openat(2) and its kin: linux/fcntl.h.
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;
export const AT_STATX_DONT_SYNC = 0x4000;
/** chown(2): keeps the owner or the group, (uid_t)-1. */
export const UNCHANGED_ID = 0xffffffff;

// openat2(2): linux/openat2.h.
export const RESOLVE_NO_XDEV = 1;
export const RESOLVE_NO_MAGICLINKS = 2;
export const RESOLVE_NO_SYMLINKS = 4;
export const RESOLVE_BENEATH = 8;

// mmap(2): asm-generic/mman-common.h.
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;

// statfs(2), f_type: linux/magic.h.
export const TMPFS_MAGIC = 0x01021994;
export const EXT4_SUPER_MAGIC = 0xef53;
export const XFS_SUPER_MAGIC = 0x58465342;

// statx(2): linux/stat.h.
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BTIME = 0x800;
export const STATX_MNT_ID = 0x1000;

// renameat2(2): linux/fs.h.
export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
export const RENAME_WHITEOUT = 4;

// preadv2(2): linux/fs.h.
export const RWF_DSYNC = 2;
export const RWF_NOWAIT = 8;

// utimensat(2): linux/stat.h.
export const UTIME_NOW = 0x3fffffff;
export const UTIME_OMIT = 0x3ffffffe;

// setxattr(2): linux/xattr.h.
export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;

// fallocate(2): linux/falloc.h.
export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
export const FALLOC_FL_COLLAPSE_RANGE = 8;
export const FALLOC_FL_ZERO_RANGE = 0x10;
export const FALLOC_FL_INSERT_RANGE = 0x20;

// lseek(2): linux/fs.h.
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

// flock(2): asm-generic/fcntl.h.
export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

// getdents64(2): linux/fs_types.h.
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;
export const DT_LNK = 10;
export const DT_SOCK = 12;

// poll(2): asm-generic/poll.h.
export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;
export const POLLRDHUP = 0x2000;

// socket(2), socket(7): linux/socket.h, asm-generic/socket.h, linux/net.h.
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 2048;
export const SOCK_CLOEXEC = 524288;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_PEERCRED = 17;
export const SCM_RIGHTS = 1;
export const MSG_PEEK = 2;
export const MSG_TRUNC = 32;
export const MSG_DONTWAIT = 64;
export const MSG_NOSIGNAL = 16384;
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

// tcp(7), ipv6(7): linux/tcp.h, linux/in.h, linux/in6.h.
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_USER_TIMEOUT = 18;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;

// eventfd(2).
export const EFD_SEMAPHORE = 1;
export const EFD_NONBLOCK = 2048;
export const EFD_CLOEXEC = 524288;

// mount(2), umount(2): linux/mount.h, linux/fs.h.
export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_SYNCHRONOUS = 0x10;
export const MS_REMOUNT = 0x20;
export const MS_DIRSYNC = 0x80;
export const MS_NOATIME = 0x400;
export const MS_NODIRATIME = 0x800;
export const MS_BIND = 0x1000;
export const MS_REC = 0x4000;
export const MS_SILENT = 0x8000;
export const MS_PRIVATE = 0x40000;
export const MS_RELATIME = 0x200000;
export const MS_STRICTATIME = 0x1000000;
export const MS_LAZYTIME = 0x2000000;
export const MNT_FORCE = 1;
export const MNT_DETACH = 2;
export const UMOUNT_NOFOLLOW = 8;

// clock_gettime(2), prctl(2).
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_BOOTTIME = 7;
export const PR_SET_PDEATHSIG = 1;
export const PR_SET_NAME = 15;
