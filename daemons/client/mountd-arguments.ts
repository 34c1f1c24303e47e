import { parseArgs } from "node:util";
import { fail, ok, type Result } from "../core/result.ts";
import { MOUNTD_USAGE } from "./mountd-usage.ts";

/** What `pohmelfs-mountd` was asked to do. */
export type MountdArguments =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** By `mount.pohmelfs`: a MountOrder comes on standard input. */
  | { readonly kind: "order" }
  /** By a unit. */
  | {
      readonly kind: "unit";
      readonly config: string;
      readonly at: string;
      /** All words of all `-o`. */
      readonly options: string;
      readonly group: string;
    };

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: MOUNTD_USAGE.options, allowPositionals: true });
}

/** @returns EINVAL with one line for people where the command line makes no sense. */
export function parseMountdArguments(args: readonly string[]): Result<MountdArguments> {
  if (args.length === 0) return ok({ kind: "order" });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return fail("EINVAL", (error as Error).message.split(". ")[0] ?? "these options make no sense");
  }
  const { values, positionals } = parsed;
  if (values.help === true) return ok({ kind: "help" });
  if (values.version === true) return ok({ kind: "version" });
  const [group, ...rest] = positionals;
  if (group === undefined) return fail("EINVAL", "which group? Give its name");
  if (rest.length > 0) return fail("EINVAL", `has too many words: '${rest.join("' '")}'`);
  if (values.at === undefined) return fail("EINVAL", "where to mount? Give --at DIR");
  if (!values.at.startsWith("/")) return fail("EINVAL", `--at takes an absolute path, not '${values.at}'`);
  const options = (values.o ?? []).join(",");
  return ok({ kind: "unit", config: values.config ?? "/etc/pohmelfs.yaml", at: values.at, options, group });
}
