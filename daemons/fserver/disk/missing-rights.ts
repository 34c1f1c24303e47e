import { readFileSync } from "node:fs";

/** linux/capability.h: what it takes to make files in the name of others. */
const NEEDED = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
} as const;

/**
 * Which rights this thread lacks to serve files, capabilities(7). Root has them, and a service that its unit gives them.
 *
 * @param status Text of /proc/thread-self/status.
 */
export function missingRights(status = readFileSync("/proc/thread-self/status", "latin1")): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(NEEDED)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}
