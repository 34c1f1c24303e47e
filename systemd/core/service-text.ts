import { createHash } from "node:crypto";
import { type Lines, type Sections, unitText } from "./unit-text.ts";

/** The variable in a running service's environment that tells with which text of its unit it was started. */
export const UNIT_VARIABLE = "POHMELFS_UNIT";

const DIGITS = 16;

/** What daemon-reload alone brings to a service that runs: what its control group may do, systemd.resource-control(5). */
const LIVE = /^(?:MemoryMax|CPUWeight|IOWeight|TasksMax|IPAddressAllow|IPAddressDeny)=.*\n/gm;

/** @returns The first hex digits of the SHA-256 of a unit's text, without the lines that need no restart. */
export const unitDigest = (text: string): string =>
  createHash("sha256").update(text.replace(LIVE, "")).digest("hex").slice(0, DIGITS);

/**
 * The text of the unit of a service that goes on running, with the digest of that text in the service's environment:
 * systemd does not restart what runs when a unit changes, and so one can tell whether it should be.
 *
 * @param service What stands in [Service].
 */
export function serviceText(before: Sections, service: Lines): string {
  const digest = unitDigest(unitText({ ...before, Service: service }));
  return unitText({ ...before, Service: [...service, ["Environment", `${UNIT_VARIABLE}=${digest}`]] });
}

/** @returns The digest that a unit's text has in it; undefined when it has none. */
export const digestIn = (text: string): string | undefined =>
  new RegExp(`^Environment=${UNIT_VARIABLE}=([0-9a-f]+)$`, "m").exec(text)?.[1];
