import { hostname, networkInterfaces } from "node:os";

/** @returns This machine's host name, short and full as given, and all its addresses. */
export function namesOfThisMachine(): ReadonlySet<string> {
  const full = hostname();
  const addresses = Object.values(networkInterfaces()).flatMap((of) => (of ?? []).map(({ address }) => address));
  return new Set([full, full.split(".")[0] ?? full, ...addresses]);
}
