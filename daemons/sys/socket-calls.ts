import { I64, INT, PTR, type Rows, row, SIZE, U32 } from "./call.ts";
import type { Address } from "./memory.ts";

/** Calls on sockets, and what waits for them. Each gives -errno on failure. Addresses: `socket-address.ts`. */
export type SocketCalls = {
  socket(family: number, type: number, protocol: number): number;
  /** @param pair Two i32, filled with the descriptors. */
  socketpair(family: number, type: number, protocol: number, pair: Address): number;
  bind(fd: number, address: Address, size: number): number;
  listen(fd: number, backlog: number): number;
  /** @param size i32 in and out; NULL with a NULL address. @returns A descriptor. */
  accept4(fd: number, address: Address, size: Address, flags: number): number;
  connect(fd: number, address: Address, size: number): number;
  setsockopt(fd: number, level: number, option: number, value: Address, size: number): number;
  getsockopt(fd: number, level: number, option: number, value: Address, size: Address): number;
  getsockname(fd: number, address: Address, size: Address): number;
  getpeername(fd: number, address: Address, size: Address): number;
  recv(fd: number, buffer: Address, size: number, flags: number): number;
  send(fd: number, buffer: Address, size: number, flags: number): number;
  sendto(fd: number, buffer: Address, size: number, flags: number, address: Address, addressSize: number): number;
  /** @param message struct msghdr, 56 bytes: name, namelen, iov at 16, iovlen at 24, control at 32, controllen, flags. */
  sendmsg(fd: number, message: Address, flags: number): number;
  recvmsg(fd: number, message: Address, flags: number): number;
  shutdown(fd: number, how: number): number;
  /** @param set struct pollfd[], 8 bytes each: fd i32, events i16, revents i16. @param timeoutMs -1: for ever. */
  poll(set: Address, count: number, timeoutMs: number): number;
  /** @returns A descriptor that counts: write(2) adds a u64, read(2) takes what is there. */
  eventfd(initial: number, flags: number): number;
};

export const SOCKET_ROWS: Rows<SocketCalls> = {
  socket: row(INT, INT, INT, INT),
  socketpair: row(INT, INT, INT, INT, PTR),
  bind: row(INT, INT, PTR, U32),
  listen: row(INT, INT, INT),
  accept4: row(INT, INT, PTR, PTR, INT),
  connect: row(INT, INT, PTR, U32),
  setsockopt: row(INT, INT, INT, INT, PTR, U32),
  getsockopt: row(INT, INT, INT, INT, PTR, PTR),
  getsockname: row(INT, INT, PTR, PTR),
  getpeername: row(INT, INT, PTR, PTR),
  recv: row(I64, INT, PTR, SIZE, INT),
  send: row(I64, INT, PTR, SIZE, INT),
  sendto: row(I64, INT, PTR, SIZE, INT, PTR, U32),
  sendmsg: row(I64, INT, PTR, INT),
  recvmsg: row(I64, INT, PTR, INT),
  shutdown: row(INT, INT, INT),
  poll: row(INT, PTR, SIZE, INT),
  eventfd: row(INT, U32, INT),
};
