import type { Diagnostic } from "../diagnostic.ts";
import { readYaml } from "../read-yaml.ts";
import { plainOf } from "../tree.ts";
import type { Plain } from "./plain.ts";

/**
 * Reads a value as it would stand in the file: `1026`, `/opt/pohtest`, `[ro, noatime]`, `{ address: 192.0.2.75 }`. No text
 * at all is `null`.
 */
export function parseValue(
  text: string,
): { readonly ok: true; readonly value: Plain } | { readonly ok: false; readonly diagnostic: Diagnostic } {
  const { tree, diagnostics } = readYaml({ path: "the value", text });
  const [diagnostic] = diagnostics;
  if (diagnostic !== undefined) return { ok: false, diagnostic };
  return { ok: true, value: tree === undefined ? null : (plainOf(tree) as Plain) };
}
