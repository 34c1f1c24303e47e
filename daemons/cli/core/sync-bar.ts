import { bytesText } from "../../core/quantity.ts";
import { leftText } from "../../core/left-text.ts";
import type { SyncLeft } from "../../core/report.ts";

const CELLS = 20;
/** Below, a rate says nothing yet. */
const RATE_FROM_MS = 400;

/**
 * How barriers go on, in one line: `[########------------] 40% /mnt: 812 changes (3.2 MiB) left, waiting for host-166, 5.1 MiB/s`.
 * Counts by bytes where files are written, else by changes, from the most that was ever left.
 */
export class SyncBar {
  readonly #at: string;
  #beganMs: number | undefined;
  #most: SyncLeft = { changes: 0, bytes: 0, members: [] };

  /** @param at Where it is mounted. */
  constructor(at: string) {
    this.#at = at;
  }

  /** @param nowMs Of any clock that only goes on. */
  line(left: SyncLeft, nowMs: number): string {
    this.#beganMs ??= nowMs;
    if (left.changes > this.#most.changes) this.#most = left;
    const { changes, bytes } = this.#most;
    // The last cell is for the disks.
    const part = bytes > 0 ? 1 - left.bytes / bytes : changes > 0 ? 1 - left.changes / changes : 1;
    const full = Math.max(0, Math.min(CELLS - 1, Math.floor(part * (CELLS - 1))));
    const bar = `[${"#".repeat(full)}${"-".repeat(CELLS - full)}]`;
    const percent = `${Math.floor(Math.max(0, part) * 99)}%`;
    return `${bar} ${percent} ${this.#at}: ${leftText(left)}${this.#rate(left, nowMs - this.#beganMs)}`;
  }

  #rate(left: SyncLeft, ms: number): string {
    if (ms < RATE_FROM_MS) return "";
    const bytes = ((this.#most.bytes - left.bytes) * 1_000) / ms;
    if (bytes >= 1) return `, ${bytesText(bytes)}/s`;
    const changes = ((this.#most.changes - left.changes) * 1_000) / ms;
    return changes >= 1 ? `, ${Math.round(changes)} changes/s` : "";
  }
}
