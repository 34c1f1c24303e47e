import { isIPv4, isIPv6 } from "node:net";
import { AF_INET, AF_INET6 } from "./constants.ts";
import { libc } from "./libc.ts";

/** Where a socket is: an IPv4 or IPv6 address as people write it, and a port. */
export type SocketAddress = { readonly address: string; readonly port: number };

/** struct sockaddr_in (ip(7)) and sockaddr_in6 (ipv6(7)): family in host order, port in network order. */
const SIZE_4 = 16;
const SIZE_6 = 28;
/** The first 12 bytes of an IPv4 address as IPv6 has it: RFC 4291, 2.5.5.2. */
const MAPPED = Buffer.from("00000000000000000000ffff", "hex");

const parseIPv4 = (text: string): number[] => text.split(".").map(Number);

/** @param text A valid IPv6 address without a zone. */
function parseIPv6(text: string): number[] {
  // An IPv4 tail becomes two groups, then "::" is as many zero groups as are missing.
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const [a = 0, b = 0, c = 0, d = 0] = parseIPv4(tail);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [front = "", back] = plain.split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const head = groups(front);
  const tail = groups(back ?? "");
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return all.flatMap((group) => [group >> 8, group & 255]);
}

/**
 * @param address IPv4 or IPv6 in numbers, without a zone.
 * @returns The bytes that bind(2) and connect(2) take; undefined when `address` is no such address.
 */
export function encodeSocketAddress({ address, port }: SocketAddress): Buffer | undefined {
  if (isIPv4(address)) {
    const bytes = Buffer.alloc(SIZE_4);
    bytes.writeUInt16LE(AF_INET, 0);
    bytes.writeUInt16BE(port, 2);
    bytes.set(parseIPv4(address), 4);
    return bytes;
  }
  if (!isIPv6(address) || address.includes("%")) return undefined;
  const bytes = Buffer.alloc(SIZE_6);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(parseIPv6(address), 8);
  return bytes;
}

/** RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
function formatIPv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (groups[end] === "0") end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

/**
 * @returns What a sockaddr says. An IPv4 peer of a socket that listens on `::` is shown as IPv4. Undefined for another
 * family.
 */
export function decodeSocketAddress(bytes: Buffer): SocketAddress | undefined {
  const port = bytes.readUInt16BE(2);
  const family = bytes.readUInt16LE(0);
  if (family === AF_INET) return { address: bytes.subarray(4, 8).join("."), port };
  if (family !== AF_INET6) return undefined;
  const address = bytes.subarray(8, 24);
  if (address.subarray(0, 12).equals(MAPPED)) return { address: address.subarray(12).join("."), port };
  return { address: formatIPv6(address), port };
}

function ask(call: "getsockname" | "getpeername", fd: number): SocketAddress | undefined {
  const bytes = Buffer.alloc(SIZE_6);
  const size = Buffer.alloc(4);
  size.writeInt32LE(SIZE_6);
  return libc[call](fd, bytes, size) < 0 ? undefined : decodeSocketAddress(bytes);
}

/** @returns Where this end of a socket is; undefined when it has no such address. */
export const localAddress = (fd: number): SocketAddress | undefined => ask("getsockname", fd);
/** @returns Where the other end is; undefined when there is none. */
export const peerAddress = (fd: number): SocketAddress | undefined => ask("getpeername", fd);

/** @returns `192.0.2.1:1025` or `[2001:db8::1]:1025`. */
export const showSocketAddress = ({ address, port }: SocketAddress): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
