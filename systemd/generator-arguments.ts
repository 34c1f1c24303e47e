import { parseArgs } from "node:util";
import { CONFIG_PATH } from "../config-schema/load.ts";

export const USAGE = `Usage: pohmelfs-generator [--config FILE] [--host NAME] NORMAL [EARLY LATE]
       pohmelfs-generator [--config FILE] [--host NAME] --dry-run
       pohmelfs-generator [--config FILE] --keep

Makes the units of this host from the configuration, in the folder NORMAL; see systemd.generator(7).

  --config FILE  the configuration (default: $POHMELFS_CONFIG or ${CONFIG_PATH})
  --host NAME    make those of another host
  --dry-run      print them instead, change nothing; exit 3 when the file is wrong
  --keep         only keep a copy of the file, to be used when a later one is wrong; exit 3 when this one is
  -h, --help     this text
  --version      the version
`;

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

const OPTIONS = {
  config: { type: "string" },
  host: { type: "string" },
  keep: { type: "boolean" },
  "dry-run": { type: "boolean", short: "n" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

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
