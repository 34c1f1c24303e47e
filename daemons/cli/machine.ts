import { hostname, networkInterfaces } from "node:os";

/** @returns This machine's host name, short and full as given, and all its addresses. */
export function namesOfThisMachine(): ReadonlySet<string> {
  const full = hostname();
  const addresses = Object.values(networkInterfaces()).flatMap((of) => (of ?? []).map(({ address }) => address));
  return new Set([full, full.split(".")[0] ?? full, ...addresses]);
}

export const DEFAULT_CONFIG = "/etc/pohmelfs.yaml";

/** @returns The configuration that is meant: as given, else $POHMELFS_CONFIG, else the one in /etc. */
export const configPath = (given: string | undefined): string =>
  given ?? process.env["POHMELFS_CONFIG"] ?? DEFAULT_CONFIG;
