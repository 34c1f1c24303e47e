import type { Effect } from "../../../config-schema/effect.ts";
import type { Action, Note, UnitFacts } from "./plan-types.ts";
import { digestIn } from "../service-text.ts";

/** What is found out of one thing; put in order when all is known. */
export type Part = { readonly actions: readonly Action[]; readonly notes: readonly Note[] };

export const NOTHING: Part = { actions: [], notes: [] };

export const act = (kind: Action["kind"], unit: string, because: string): Part => ({
  actions: [{ kind, unit, because }],
  notes: [],
});

export const leave = (unit: string, because: string): Part => ({ actions: [], notes: [{ unit, because }] });

export const together = (parts: readonly Part[]): Part => ({
  actions: parts.flatMap(({ actions }) => actions),
  notes: parts.flatMap(({ notes }) => notes),
});

/** Up, or on its way there. */
export const isUp = (facts: UnitFacts | undefined): boolean =>
  facts?.active === "active" || facts?.active === "reloading" || facts?.active === "activating";

export const whyDown = (facts: UnitFacts | undefined): string =>
  facts?.active === "failed" ? "it has failed" : "it is not running";

/** What an administrator has decided about a unit, to be told; nothing when the unit is all ours. */
export function decidedElsewhere(unit: string, facts: UnitFacts | undefined): Part {
  if (facts?.masked === true) return leave(unit, "it is masked: nothing starts it");
  if (facts?.overriddenBy !== undefined) return leave(unit, `${facts.overriddenBy} is used in its place`);
  return NOTHING;
}

/**
 * A daemon that runs: whether it is started anew, reads the file again, or is left in peace.
 *
 * @param text Of the unit that is to be.
 * @param restart Why it is started anew when it is because of the file.
 */
export function renew(unit: string, facts: UnitFacts, text: string, wanted: Effect | undefined, restart: string): Part {
  const digest = facts.overriddenBy === undefined ? digestIn(text) : undefined;
  if (digest !== undefined && facts.startedWith !== digest) {
    const because =
      facts.startedWith === undefined ? "nobody knows with which unit it was started" : "its unit changes";
    // On its way up without a process: between two attempts.
    const stuck = facts.active === "activating" && facts.startedWith === undefined;
    return act("restart", unit, stuck ? "it does not come up" : because);
  }
  if (wanted === undefined) return NOTHING;
  if (facts.effect === undefined) {
    // With the right unit and not yet ready: it has read the file a moment ago.
    return facts.active === "activating" ? NOTHING : act("restart", unit, "it does not tell with what it runs");
  }
  if (facts.effect.restart !== wanted.restart) return act("restart", unit, restart);
  if (facts.effect.reload !== wanted.reload) return act("reload", unit, "the file changed");
  return NOTHING;
}
