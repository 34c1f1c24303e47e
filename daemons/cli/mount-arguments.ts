import { parseArgs } from "node:util";
import { MOUNT_USAGE } from "./core/mount-usage.ts";

/** The command line of a mount helper: mount(8), "EXTERNAL HELPERS". */
export type MountArguments = {
  readonly spec: string;
  readonly directory: string;
  /** All words of all `-o`. */
  readonly options: string;
  /** -s: tolerate unknown options. */
  readonly sloppy: boolean;
  /** -f: check everything, mount nothing. */
  readonly fake: boolean;
  /** -n: leave utab alone. */
  readonly noTable: boolean;
  readonly verbose: boolean;
};

export type ParsedArguments =
  | { readonly kind: "mount"; readonly arguments: MountArguments }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly because: string };

const wrong = (because: string): ParsedArguments => ({ kind: "wrong", because });

/** The types under which mount(8) may call: fstab's, the kernel's, and the original's. */
const TYPES = /^(pohmelfs|fuse\.pohmelfs|pohmel)$/;

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: MOUNT_USAGE.options, allowPositionals: true });
}

/** @param args Without the program's own name. */
export function parseMountArguments(args: readonly string[]): ParsedArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  if (values.N !== undefined) return wrong("option -N (another mount namespace) is not supported; use nsenter(1)");
  if (values.t !== undefined && !TYPES.test(values.t)) return wrong(`type '${values.t}' is not ours: it is 'pohmelfs'`);
  const [spec, directory, ...rest] = positionals;
  if (spec === undefined || directory === undefined) return wrong("needs a group and a directory");
  if (rest.length > 0) return wrong(`has too many words: '${rest.join("' '")}'`);
  return {
    kind: "mount",
    arguments: {
      spec,
      directory,
      options: (values.o ?? []).join(","),
      sloppy: values.s ?? false,
      fake: values.f ?? false,
      noTable: values.n ?? false,
      verbose: values.v ?? false,
    },
  };
}
