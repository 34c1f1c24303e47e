import { hostsOf } from "../../../config-schema/queries.ts";
import type { PlanView } from "../core/apply/plan-text.ts";
import type { Ready } from "./prepare.ts";

/** What is shown of what was found out. */
export function planView({ path, source, host, wish, basis, generation, plan, warnings }: Ready): PlanView {
  const hosts = wish === undefined ? [] : hostsOf(wish.model);
  const isKnown = wish?.isKnown;
  return { path, source, host, isAbsent: wish === undefined, isKnown, hosts, basis, generation, plan, warnings };
}

/** `plan --json` of one host; `version` of the whole is raised when a field changes its meaning or goes. */
export const planJson = ({ path, source, host, wish, basis, generation, plan, warnings }: Ready) => ({
  path,
  source,
  host,
  known: wish?.isKnown ?? null,
  basis,
  generation: generation ?? null,
  ...plan,
  warnings,
});
