import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fetchRuntime } from "./fetch-runtime.ts";
import { makeDeb } from "./make-deb.ts";
import { makeRpm } from "./make-rpm.ts";
import { KINDS, type Kind, orderOf, type PackageOrder } from "./order.ts";
import { askTool, runTool } from "./run-tool.ts";
import { type Architecture, RUNTIMES } from "./runtime.ts";
import type { Sources } from "./stage.ts";

const USAGE = `Usage: npm run packages [-- [--only deb|slim|rpm]... [--version VERSION] [--out FOLDER]]

Makes the packages, and prints the path of each, the last line being that of the last. What the
tools say goes to standard error.

  --only KIND        deb: with a runtime of its own; slim: for nodejs (>= 20); rpm. Default: all
  --version VERSION  another than that of package.json
  --out FOLDER       default: dist/packages
`;

const project = join(import.meta.dirname, "..");

/** SOURCE_DATE_EPOCH, or when the last commit was made: the same tree gives the same bytes. */
function epochOf(): number {
  const given = process.env["SOURCE_DATE_EPOCH"];
  const text = given ?? askTool(["git", "log", "-1", "--format=%ct"], { cwd: project });
  const epoch = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(epoch)) throw new Error(`SOURCE_DATE_EPOCH is '${text}'`);
  return epoch;
}

/** Programs as they are built for users, and what else is made from the sources, into `built`. */
function build(built: string, { version, epoch }: Pick<PackageOrder, "version" | "epoch">): void {
  rmSync(built, { recursive: true, force: true });
  runTool([process.execPath, "scripts/build.mjs", join(built, "programs"), version], { cwd: project });
  renameSync(join(built, "programs/package.json"), join(built, "package.json"));
  for (const maker of ["make-man-pages.ts", "make-completions.ts"]) {
    const command = [process.execPath, "--import", "tsx", join("scripts", maker), built] as const;
    // Manual pages carry a date.
    runTool(command, { cwd: project, env: { SOURCE_DATE_EPOCH: String(epoch) } });
  }
}

function make(
  kind: Kind,
  given: Pick<PackageOrder, "version" | "arch" | "epoch">,
  sources: Sources,
  out: string,
): string {
  const work = join(sources.built, "..", kind);
  const order = orderOf(kind, given);
  return order.format === "deb" ? makeDeb(order, sources, work, out) : makeRpm(order, sources, work, out);
}

function main(): number {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      version: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const kinds = values.only ?? KINDS;
  const wrong = kinds.find((kind) => !KINDS.some((known) => known === kind));
  const arch = process.arch as Architecture;
  if (wrong !== undefined) {
    process.stderr.write(`packages: '${wrong}' is no kind of package\n${USAGE}`);
    return 2;
  }
  if (!(arch in RUNTIMES)) {
    process.stderr.write(
      `packages: there is no runtime for ${arch}; packaging/runtime.ts lists those that there are\n`,
    );
    return 1;
  }
  const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { version: string };
  const given = { version: values.version ?? version, arch, epoch: epochOf() };
  const out = resolve(values.out ?? join(project, "dist/packages"));
  const work = join(out, "work");
  mkdirSync(work, { recursive: true });
  const built = join(work, "built");
  build(built, given);
  const runtime = kinds.every((kind) => kind === "slim")
    ? undefined
    : fetchRuntime(RUNTIMES[arch], join(project, ".cache/runtime"));
  for (const kind of kinds) {
    process.stdout.write(`${make(kind as Kind, given, { project, built, runtime }, out)}\n`);
  }
  // Large, and of no use any more.
  for (const entry of readdirSync(work)) rmSync(join(work, entry), { recursive: true, force: true });
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  // Of a tool, with what it said: where in here it was called tells nobody anything.
  process.stderr.write(`packages: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
