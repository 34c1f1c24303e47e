import type { Model } from "../../config-schema/model.ts";

/**
 * Under which name the file knows a machine: its whole host name, or the part before the first dot.
 *
 * @param hostname As the kernel has it, hostname(7).
 * @returns The name as given when the file has neither.
 */
export function whichHost(model: Model, hostname: string): string {
  const known = new Set([
    ...model.servers.map(({ host }) => host),
    ...model.clients.map(({ name }) => name),
    ...model.mounts.flatMap(({ on }) => on),
  ]);
  const short = hostname.split(".", 1)[0] ?? hostname;
  return !known.has(hostname) && known.has(short) ? short : hostname;
}
