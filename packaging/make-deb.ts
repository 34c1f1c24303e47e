import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianChangelog } from "./changelog.ts";
import { fillSteps } from "./fill-steps.ts";
import type { PackageOrder } from "./order.ts";
import { runTool } from "./run-tool.ts";
import { type Sources, stage } from "./stage.ts";

/** debian/control says with this which of the two packages is made. */
const SLIM_PROFILE = "pkg.pohmelfs.slim";

/**
 * Makes a .deb with debhelper: packaging/debian beside the staged tree, as a source package has it.
 *
 * @param work A folder of its own, emptied first.
 * @param out Where the package goes.
 * @returns Its path.
 */
export function makeDeb(order: PackageOrder, sources: Sources, work: string, out: string): string {
  const folder = join(work, "source");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  stage(join(folder, "root"), order, sources);
  const debian = join(folder, "debian");
  cpSync(join(sources.project, "packaging/debian"), debian, { recursive: true });
  chmodSync(join(debian, "rules"), 0o755);
  const changes = readFileSync(join(sources.project, "CHANGELOG.md"), "utf8");
  writeFileSync(join(debian, "changelog"), debianChangelog(order.source, order.version, changes, order.epoch));
  // debhelper takes what it is to use for one package from PACKAGE.NAME.
  for (const name of ["postinst", "prerm", "postrm"]) {
    const text = readFileSync(join(debian, name), "utf8");
    rmSync(join(debian, name));
    writeFileSync(join(debian, `${order.name}.${name}`), fillSteps(text, sources.project));
  }
  runTool(["dpkg-buildpackage", "--build=binary", "--no-sign", ...(order.hasRuntime ? [] : [`-P${SLIM_PROFILE}`])], {
    cwd: folder,
    env: { SOURCE_DATE_EPOCH: String(order.epoch), LC_ALL: "C.UTF-8", DH_QUIET: "1" },
  });
  const name = readdirSync(work).find((entry) => entry.endsWith(".deb"));
  if (name === undefined) throw new Error(`dpkg-buildpackage has left no .deb in ${work}`);
  mkdirSync(out, { recursive: true });
  renameSync(join(work, name), join(out, name));
  return join(out, name);
}
