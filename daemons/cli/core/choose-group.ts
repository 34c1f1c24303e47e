import type { Group, Model } from "../../../config-schema/model.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { didYouMean } from "../../../config-schema/did-you-mean.ts";

const listed = (groups: readonly Group[]): string =>
  groups.length === 0
    ? "it has none"
    : `it has ${groups.map(({ name, index }) => `${name} (idx=${index})`).join(", ")}`;

/** Words that may stand where the group's name would when `idx=` says which it is, as in the original. */
const NO_NAME = new Set(["none", "pohmelfs"]);

/**
 * Finds the group that a mount means.
 *
 * @param spec The group's name, or `none`.
 * @param index Of `idx=`.
 * @returns EINVAL when the two do not say which one, ENOENT when the file has no such group.
 */
export function chooseGroup(model: Model, spec: string, index: number | undefined): Result<Group> {
  const named = model.groups.find((group) => group.name === spec);
  if (index === undefined) {
    if (named !== undefined) return ok(named);
    if (NO_NAME.has(spec)) return fail("EINVAL", `'${spec}' needs the option idx=N, which says the group by its index`);
    const near = didYouMean(
      spec,
      model.groups.map(({ name }) => name),
    );
    const hint = near === undefined ? "" : ` (did you mean '${near}'?)`;
    return fail("ENOENT", `${model.path} has no group '${spec}'${hint}; ${listed(model.groups)}`);
  }
  const numbered = model.groups.find((group) => group.index === index);
  if (numbered === undefined)
    return fail("ENOENT", `${model.path} has no group with index ${index}; ${listed(model.groups)}`);
  if (NO_NAME.has(spec) || spec === numbered.name) return ok(numbered);
  return fail("EINVAL", `idx=${index} is group '${numbered.name}', not '${spec}'`);
}
