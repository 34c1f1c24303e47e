import { parseArgs } from "node:util";
import { GENERATOR_USAGE } from "./generator-usage.ts";

export type GeneratorArguments =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly because: string }
  | { readonly kind: "keep"; readonly config: string | undefined }
  | {
      readonly kind: "run";
      readonly config: string | undefined;
      readonly host: string | undefined;
      /** Where to write; undefined for a dry run. */
      readonly folder: string | undefined;
    };

const OPTIONS = GENERATOR_USAGE.options;

type Parsed = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

/** systemd gives three folders, of which the first is ours: the administrator can override what lies there. */
export function parseGeneratorArguments(args: readonly string[]): GeneratorArguments {
  let parsed: Parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return { kind: "wrong", because: (error as Error).message.split(". ")[0] ?? "these options make no sense" };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const { config, host } = values;
  if (values["dry-run"] === true) return { kind: "run", config, host, folder: undefined };
  if (values.keep === true) return { kind: "keep", config };
  const [folder] = positionals;
  if (positionals.length !== 1 && positionals.length !== 3)
    return { kind: "wrong", because: "it takes one folder, or three as systemd gives them" };
  return { kind: "run", config, host, folder };
}
