import { setTimeout as sleep } from "node:timers/promises";
import type { Facts } from "../../../systemd/core/plan/plan-types.ts";
import type { Step } from "../core/apply/apply-result.ts";
import { gatherFacts } from "./gather-facts.ts";
import { lastLines } from "./systemctl.ts";
import type { Wish } from "./wish.ts";

const LOOK_MS = 100;
/** Reading a file takes a moment; a daemon that does not tell by then does something else. */
const LIMIT_MS = 5_000;
/** Lines of its journal that are shown then. */
const LINES = 3;

/**
 * A reload is over when systemd has sent a signal, and daemons read the file after that: waits until those that were told to
 * say that they run with it. Else a plan made now would see what was before.
 *
 * @returns The steps that have failed after all: whose daemon does not say so.
 */
export async function awaitReloads(steps: readonly Step[], wish: Wish, sinceMs: number): Promise<Step[]> {
  const told = steps.filter(({ kind, result }) => kind === "reload" && result === "done");
  const units = told.map(({ unit }) => unit);
  const late = units.length === 0 ? [] : await lateOf(units, wish);
  const failed = told.filter(({ unit }) => late.includes(unit));
  return Promise.all(
    failed.map(async (step): Promise<Step> => {
      const lines = await lastLines(step.unit, LINES, sinceMs);
      return { ...step, result: "failed", lines: [...lines, "it does not say that it has read the file"] };
    }),
  );
}

async function lateOf(units: readonly string[], { desired }: Wish): Promise<readonly string[]> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const facts = await gatherFacts(units, []);
    const late =
      facts === undefined ? [] : units.filter((unit) => isLate(unit, desired.effects.get(unit)?.reload, facts));
    if (late.length === 0 || performance.now() > end) return late;
    await sleep(LOOK_MS);
  }
}

function isLate(unit: string, wanted: string | undefined, { running }: Facts): boolean {
  const facts = running.get(unit);
  // Whose unit is an administrator's reads what that says.
  if (facts === undefined || facts.overriddenBy !== undefined || facts.effect === undefined) return false;
  return facts.effect.reload !== wanted;
}
