import type { Oid } from "../../core/brand.ts";

/** Each hand-over counts as one; in this many `hold`s one is forgotten. */
const COOLS_IN_HOLDS = 4;
const HEAT_MAX = 8;
/** From so much on clients are taking an object from one another, and until so little is left. */
const BUSY_FROM = 6;
const BUSY_UNTIL = 2;

type Hot = { atMs: number; heat: number; isBusy: boolean; keptUntilMs: number };

/**
 * How long a new holder may keep an object before it is asked to give it back (rule L1). Where clients take an object from
 * one another again and again, each keeps it for `holdMs`, so that all get something done; where one hands it over now and
 * then, the other waits no longer than it must.
 */
export class HandOvers {
  readonly #holdMs: number;
  /** Those that changed hands lately, in order of the last time. */
  readonly #hot = new Map<Oid, Hot>();

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  /** An object changed hands. */
  happened(oid: Oid, nowMs: number): void {
    if (this.#holdMs === 0) return;
    this.#forget(nowMs);
    const hot = this.#hot.get(oid) ?? { atMs: nowMs, heat: 0, isBusy: false, keptUntilMs: 0 };
    const left = Math.max(0, hot.heat - (nowMs - hot.atMs) / (COOLS_IN_HOLDS * this.#holdMs));
    hot.heat = Math.min(HEAT_MAX, left + 1);
    hot.isBusy = hot.heat >= BUSY_FROM || (hot.isBusy && left > BUSY_UNTIL);
    hot.atMs = nowMs;
    hot.keptUntilMs = hot.isBusy ? nowMs + this.#holdMs : 0;
    this.#hot.delete(oid);
    this.#hot.set(oid, hot);
  }

  /** @returns When its holder may be asked for it, if not now. */
  keptUntil(oid: Oid, nowMs: number): number | undefined {
    const untilMs = this.#hot.get(oid)?.keptUntilMs ?? 0;
    return untilMs > nowMs ? untilMs : undefined;
  }

  /** What has cooled down. */
  #forget(nowMs: number): void {
    for (const [oid, { atMs }] of this.#hot) {
      if (nowMs - atMs < HEAT_MAX * COOLS_IN_HOLDS * this.#holdMs) break;
      this.#hot.delete(oid);
    }
  }
}
