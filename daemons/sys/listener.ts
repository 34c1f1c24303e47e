import { ERRNO, errnoName } from "../core/errno.ts";
import { fail, ok, type Result } from "../core/result.ts";
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  POLLIN,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "./constants.ts";
import { libc } from "./libc.ts";
import type { Watch } from "./poll-set.ts";
import type { Reactor } from "./reactor.ts";
import { decodeSocketAddress, encodeSocketAddress, localAddress, showSocketAddress } from "./socket-address.ts";
import { setOption } from "./socket-options.ts";

/** A socket that takes connections. */
export type Listener = {
  /** Where it listens: the one asked for, or the one the kernel chose for port 0. */
  readonly port: number;
  /** No connection is taken any more. */
  close(): void;
};

/** @param fd Non-blocking; the called one owns it. @param address As `decodeSocketAddress()` shows it. */
export type AcceptHandler = (fd: number, address: string, port: number) => void;

const BACKLOG = 128;
/** Connections taken in one turn before others get theirs. */
const ACCEPTS = 16;
/** Without free descriptors accept(2) fails at once for ever: it is asked again after this. */
const RETRY_MS = 100;
const SOCKADDR = 28;

/** What a person can do about a failed bind(2). */
function explain(result: number, where: string): string {
  switch (errnoName(-result)) {
    case "EADDRINUSE":
      return `${where} is already in use by another program`;
    case "EADDRNOTAVAIL":
      return `${where} is not an address of this host`;
    case "EACCES":
      return `no permission to listen at ${where}`;
    default:
      return `cannot listen at ${where}: ${ERRNO[errnoName(-result)].meaning}`;
  }
}

function open(address: string, port: number): Result<number> {
  const where = showSocketAddress({ address, port });
  const sockaddr = encodeSocketAddress({ address, port });
  if (sockaddr === undefined) return fail("EINVAL", `${address} is not an IP address`);
  const family = sockaddr.readUInt16LE(0);
  const fd = libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(errnoName(-fd), explain(fd, where));
  // A restart must not wait for connections of the process before to fade: socket(7).
  setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // `::` takes IPv4 as well, whatever net.ipv6.bindv6only says: ipv6(7).
  if (family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  const bound = libc.bind(fd, sockaddr, sockaddr.length);
  const result = bound < 0 ? bound : libc.listen(fd, BACKLOG);
  if (result >= 0) return ok(fd);
  libc.close(fd);
  return fail(errnoName(-result), explain(result, where));
}

/**
 * Takes TCP connections at an address of this host; all of them with `0.0.0.0` or `::`.
 *
 * @returns The failure has one line for people: in use, not of this host, no permission, not an address.
 */
export function listen(reactor: Reactor, address: string, port: number, accept: AcceptHandler): Result<Listener> {
  const opened = open(address, port);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const sockaddr = Buffer.alloc(SOCKADDR);
  const size = Buffer.alloc(4);
  let closed = false;
  const take = (): void => {
    for (let i = 0; i < ACCEPTS && !closed; i++) {
      size.writeInt32LE(SOCKADDR);
      const taken = libc.accept4(fd, sockaddr, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (taken === -ERRNO.EAGAIN.number) return;
      if (taken < 0) {
        // Errors of the connection itself come here, too (accept(2)): the next one may be well.
        watch.interest(0);
        reactor.after(RETRY_MS, () => watch.interest(POLLIN));
        return;
      }
      const peer = decodeSocketAddress(sockaddr);
      if (peer === undefined) libc.close(taken);
      else accept(taken, peer.address, peer.port);
    }
  };
  const watch: Watch = reactor.watch(fd, POLLIN, take);
  const close = (): void => {
    if (closed) return;
    closed = true;
    watch.close();
    libc.close(fd);
  };
  return ok({ port: localAddress(fd)?.port ?? port, close });
}
