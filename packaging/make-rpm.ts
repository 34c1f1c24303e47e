import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rpmChangelog } from "./changelog.ts";
import { type PackagedFile, PRIVATE } from "./files.ts";
import { fillSteps } from "./fill-steps.ts";
import type { PackageOrder } from "./order.ts";
import { runTool } from "./run-tool.ts";
import { type Sources, stage } from "./stage.ts";

/** Folders that are there for our files alone, and go with the package. */
const isOwn = (folder: string): boolean =>
  [PRIVATE, "/usr/share/pohmelfs", "/usr/share/doc/pohmelfs"].some(
    (own) => folder === own || folder.startsWith(`${own}/`),
  );

function* foldersOf(path: string): Generator<string> {
  for (let folder = dirname(path); isOwn(folder); folder = dirname(folder)) yield folder;
}

/** Lines of a `%files` section. Modes are those of the staged tree. */
function filesSection(files: readonly PackagedFile[]): string {
  const folders = new Set(files.flatMap(({ to }) => [...foldersOf(to)]));
  const mark = (to: string): string => {
    if (/[/](copyright|licence-of-[a-z]+[.]txt[.]gz)$/.test(to)) return "%license ";
    return to.startsWith("/usr/share/doc/") || to.startsWith("/usr/share/man/") ? "%doc " : "";
  };
  return [...[...folders].sort().map((folder) => `%dir ${folder}`), ...files.map(({ to }) => `${mark(to)}${to}`)].join(
    "\n",
  );
}

/**
 * Makes an .rpm with rpmbuild from packaging/pohmelfs.spec.
 *
 * @param work A folder of its own, emptied first.
 * @param out Where the package goes.
 * @returns Its path.
 */
export function makeRpm(order: PackageOrder, sources: Sources, work: string, out: string): string {
  const staged = join(work, "root");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const files = stage(staged, order, sources);
  const { project } = sources;
  const changes = readFileSync(join(project, "CHANGELOG.md"), "utf8");
  const spec = fillSteps(readFileSync(join(project, "packaging/pohmelfs.spec"), "utf8"), project)
    .replace("@VERSION@", order.version)
    .replace("@FILES@", () => filesSection(files))
    .replace("@CHANGELOG@", () => rpmChangelog(order.version, changes, order.epoch));
  writeFileSync(join(work, "pohmelfs.spec"), spec);
  runTool(
    [
      "rpmbuild",
      "-bb",
      "--quiet",
      // The machine's own rpm database knows nothing here.
      "--nodeps",
      ...["--define", `_topdir ${work}`],
      ...["--define", `_rpmdir ${join(work, "made")}`],
      ...["--define", `staged ${staged}`],
      join(work, "pohmelfs.spec"),
    ],
    { cwd: work, env: { SOURCE_DATE_EPOCH: String(order.epoch), LC_ALL: "C.UTF-8", HOME: work } },
  );
  const made = readdirSync(join(work, "made"), { recursive: true, encoding: "utf8" }).find((entry) =>
    entry.endsWith(".rpm"),
  );
  if (made === undefined) throw new Error(`rpmbuild has left no .rpm in ${work}/made`);
  mkdirSync(out, { recursive: true });
  const path = join(out, made.replace(/^.*\//, ""));
  cpSync(join(work, "made", made), path);
  return path;
}
