import { parseArgs } from "node:util";
import { fail, ok, type Result } from "../core/result.ts";
import { FSERVER_USAGE } from "./usage.ts";

/** What `fserver` was asked to do. */
export type Arguments =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** By the file: `--config FILE --name SERVER`. */
  | {
      readonly kind: "named";
      readonly config: string;
      readonly name: string;
      readonly logFile: string | undefined;
      readonly background: boolean;
    }
  /** By hand, as in 2009: `-r ROOT`. */
  | {
      readonly kind: "root";
      readonly root: string;
      readonly address: string;
      readonly port: number;
      readonly workers: number | undefined;
      readonly allow: readonly string[];
      readonly logFile: string | undefined;
      readonly background: boolean;
    };

const OPTIONS = FSERVER_USAGE.options;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

const WORKERS_MAX = 64;

function wholeNumber(text: string, what: string, from: number, to: number): Result<number> {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= from && value <= to) return ok(value);
  return fail("EINVAL", `${what} must be a whole number from ${from} to ${to}, not '${text}'`);
}

/** @returns EINVAL with one line for people where the command line makes no sense. */
export function parseArguments(argv: readonly string[]): Result<Arguments> {
  let values: Values;
  try {
    values = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    return fail("EINVAL", (error as Error).message.split(". ")[0] ?? "these options make no sense");
  }
  if (values.help === true) return ok({ kind: "help" });
  if (values.version === true) return ok({ kind: "version" });
  const common = { logFile: values.log, background: values.daemon === true };
  return values.root !== undefined ? byRoot(values.root, values, common) : byName(values, common);
}

type Common = { readonly logFile: string | undefined; readonly background: boolean };

function byName(values: Values, common: Common): Result<Arguments> {
  const { config, name } = values;
  if (name === undefined) return fail("EINVAL", "which server is this? Give --config FILE --name SERVER, or -r ROOT");
  for (const option of ["address", "port", "workers", "allow"] as const) {
    if (values[option] !== undefined)
      return fail("EINVAL", `--${option} is for -r ROOT; with --name it is what the configuration says`);
  }
  return ok({ kind: "named", config: config ?? "/etc/pohmelfs.yaml", name, ...common });
}

function byRoot(root: string, values: Values, common: Common): Result<Arguments> {
  if (values.config !== undefined || values.name !== undefined)
    return fail("EINVAL", "-r ROOT is for a server without --config and --name");
  const port = wholeNumber(values.port ?? "1025", "the port", 1, 65_535);
  if (!port.ok) return port;
  const workers =
    values.workers === undefined ? ok(undefined) : wholeNumber(values.workers, "the number of workers", 1, WORKERS_MAX);
  if (!workers.ok) return workers;
  return ok({
    kind: "root",
    root,
    address: values.address ?? "0.0.0.0",
    port: port.value,
    workers: workers.value,
    allow: values.allow ?? ["127.0.0.1", "::1"],
    ...common,
  });
}
