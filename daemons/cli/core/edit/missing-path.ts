import { didYouMean } from "../../../../config-schema/did-you-mean.ts";
import { type Plain, plainAt } from "../../../../config-schema/edit/plain.ts";
import { type Path, pathText } from "../../../../config-schema/tree.ts";

/**
 * Why a path leads nowhere, and what may have been meant.
 *
 * @param value What is there: with defaults, so that keys that could be meant are known.
 */
export function missingPath(value: Plain, path: Path): string {
  const depth = path.findIndex((_, i) => plainAt(value, path.slice(0, i + 1)) === undefined);
  const [here, step] = [path.slice(0, depth), path[depth] ?? ""];
  const owner = plainAt(value, here);
  const place = here.length === 0 ? "the configuration" : pathText(here);
  if (Array.isArray(owner)) {
    const count = owner.length === 1 ? "1 item, [0]" : `${owner.length} items, from [0]`;
    return typeof step === "number" ? `${place} has ${count}` : `${place} is a list: an item of it is meant by [0]`;
  }
  if (typeof owner !== "object" || owner === null) return `${place} is a single value: there is nothing in it`;
  const keys = Object.keys(owner);
  if (typeof step === "number") return `${place} is no list`;
  const dotted = keys.find((key) => key.includes(".") && `${path.slice(depth).join(".")}.`.startsWith(`${key}.`));
  if (dotted !== undefined) {
    const rest = path.slice(depth + dotted.split(".").length);
    return `a key with dots is quoted: ${pathText(here)}${here.length > 0 ? "." : ""}"${dotted}"${pathText(["x", ...rest]).slice(1)}`;
  }
  const like = didYouMean(step, keys);
  const hint = like !== undefined ? `; did you mean '${like}'?` : keys.length > 0 ? `; there is ${listed(keys)}` : "";
  return `${place} has no '${step}'${hint}`;
}

const SHOWN = 8;
const listed = (keys: readonly string[]): string =>
  keys.length <= SHOWN ? keys.join(", ") : `${keys.slice(0, SHOWN).join(", ")} and ${keys.length - SHOWN} more`;
