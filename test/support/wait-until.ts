import { setTimeout as sleep } from "node:timers/promises";

/** Asks every 20 ms until `condition` holds. @throws After `limitMs`, saying what was waited for. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(20)) {
    if (await condition()) return;
  }
  throw new Error(`waited ${limitMs} ms in vain until ${what}`);
}
