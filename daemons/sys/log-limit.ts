import type { LogEvent } from "./log-line.ts";

/** So many of the same event within a window are written; the rest is counted. */
const TIMES = 10;
const WINDOW_MS = 5000;
/** Different events watched at once; the one watched longest makes room. */
const EVENTS_MAX = 256;

type Window = { readonly event: LogEvent; readonly endsMs: number; times: number };

/** Keeps an event that happens over and over from flooding the log. Knows no clock. */
export class LogLimit {
  readonly #windows = new Map<string, Window>();

  /** @returns What is to be written now: the event itself, unless it is one too many; before it what has been counted. */
  pass(event: LogEvent, nowMs: number): readonly LogEvent[] {
    const out = this.ended(nowMs);
    const key = `${event.level} ${event.text}`;
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.times++;
      return window.times <= TIMES ? [...out, event] : out;
    }
    if (this.#windows.size >= EVENTS_MAX) out.push(...this.#endOldest());
    this.#windows.set(key, { event, endsMs: nowMs + WINDOW_MS, times: 1 });
    return [...out, event];
  }

  /** @returns One event for each window that has ended with something held back. Infinity ends all. */
  ended(nowMs: number): LogEvent[] {
    const out: LogEvent[] = [];
    // All windows are of one length, so the order of insertion is that of their ends.
    for (const window of this.#windows.values()) {
      if (window.endsMs > nowMs) break;
      out.push(...this.#endOldest());
    }
    return out;
  }

  #endOldest(): LogEvent[] {
    for (const [key, { event, times }] of this.#windows) {
      this.#windows.delete(key);
      return times > TIMES ? [{ ...event, fields: { ...event.fields, repeated: times - TIMES } }] : [];
    }
    return [];
  }
}
