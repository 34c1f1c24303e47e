import {
  IPPROTO_TCP,
  SO_ERROR,
  SO_KEEPALIVE,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
} from "./constants.ts";
import { libc } from "./libc.ts";

/** Sets an option whose value is an int. @returns 0 or -errno. */
export function setOption(fd: number, level: number, option: number, value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return libc.setsockopt(fd, level, option, bytes, 4);
}

/** @returns The error that waits on a socket, as -errno, and takes it away; 0 when there is none. socket(7), SO_ERROR. */
export function takeError(fd: number): number {
  const bytes = Buffer.alloc(4);
  const size = Buffer.from([4, 0, 0, 0]);
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, bytes, size);
  return result < 0 ? result : -bytes.readInt32LE();
}

/**
 * What each of our TCP connections has: nothing waits to be sent in fuller segments (we gather frames ourselves), and
 * a peer that vanished is noticed within 25 s even where no heartbeat runs. tcp(7).
 */
export function prepareStream(fd: number): void {
  setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}
