import { isIPv4, isIPv6 } from "node:net";

/**
 * The one way to write an address, by which two are compared: IPv6 as in RFC 5952, an IPv4 address that is mapped into
 * IPv6 (`::ffff:192.0.2.75`, as a listener on `::` sees its peers) as IPv4.
 * @returns undefined when it is no address, has a zone (`%eth0`, whose meaning differs from host to host) or brackets.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes("%")) return undefined;
  // The URL standard has the rules of RFC 5952 built in, and Node the parser.
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const bits = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join(".");
}

/** An address on which only the host itself can be reached. */
export function isLoopback(canonical: string): boolean {
  return canonical === "::1" || canonical.startsWith("127.");
}
