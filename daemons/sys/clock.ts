import type { Time } from "../core/time.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, readI64, viewOf } from "./memory.ts";

type Timespec = { readonly address: number; readonly view: DataView };
let timespec: Timespec | undefined;

function read(clock: number): DataView {
  if (timespec === undefined) {
    const bytes = Buffer.alloc(16);
    timespec = { address: addressOf(bytes), view: viewOf(bytes) };
  }
  libc.clock_gettime(clock, timespec.address);
  return timespec.view;
}

/**
 * @returns Milliseconds since the machine started, with a fraction; goes on while it sleeps, never goes back: the clock
 * for spans and leases (CLOCK_BOOTTIME).
 */
export function bootMs(): number {
  const view = read(CLOCK_BOOTTIME);
  return readI64(view, 0) * 1000 + view.getUint32(8, true) / 1e6;
}

/** @returns The time of day, for stamps on files (CLOCK_REALTIME); may jump. */
export function realtime(): Time {
  const view = read(CLOCK_REALTIME);
  return { sec: readI64(view, 0), nsec: view.getUint32(8, true) };
}
