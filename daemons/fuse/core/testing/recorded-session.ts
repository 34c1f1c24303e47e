import { type Negotiated, WANTED } from "../negotiate.ts";

/** What fixtures were recorded with: Linux 6.18 and {@link WANTED}. */
export const RECORDED_SESSION: Negotiated = {
  minor: 45,
  features: new Set(WANTED.features.filter((feature) => feature !== "handleKillPrivileges")),
  unused: new Set(),
  setxattrExt: true,
  maxWriteBytes: WANTED.maxWriteBytes,
  maxReadaheadBytes: 131_072,
};

/** A request as JSON keeps it: bytes as latin1 text, absent fields left out. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}
