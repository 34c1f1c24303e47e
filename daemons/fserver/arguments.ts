import { parseArgs } from "node:util";
import { fail, ok, type Result } from "../core/result.ts";

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

export const USAGE = `Usage: fserver --config FILE --name SERVER [-l LOG] [-d]
       fserver -r ROOT [-a ADDRESS] [-p PORT] [-w WORKERS] [-l LOG] [-d] [--allow ADDRESS]…

Serves directories to pohmelfs clients.

  -c, --config FILE    the configuration (/etc/pohmelfs.yaml)
  -n, --name SERVER    which server of the configuration this is

  -r, --root ROOT      without a configuration: export this one directory
  -a, --address ADDR   listen there (0.0.0.0)
  -p, --port PORT      listen there (1025)
  -w, --workers N      threads for work that waits for the disk (2)
      --allow ADDRESS  accept connections from there; may be repeated (127.0.0.1 and ::1)

  -l, --log FILE       log to a file instead of stderr
  -d, --daemon         go to the background once serving
  -h, --help           this text
      --version        the version`;

const OPTIONS = {
  config: { type: "string", short: "c" },
  name: { type: "string", short: "n" },
  root: { type: "string", short: "r" },
  address: { type: "string", short: "a" },
  port: { type: "string", short: "p" },
  workers: { type: "string", short: "w" },
  allow: { type: "string", multiple: true },
  log: { type: "string", short: "l" },
  daemon: { type: "boolean", short: "d" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

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
