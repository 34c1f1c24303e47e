import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PRIVATE } from "./files.ts";
import { packedList } from "./packed-list.ts";
import { askTool, runTool } from "./run-tool.ts";
import { RUNTIMES } from "./runtime.ts";

/**
 * `.ci/run`'s step for packages: makes all of them twice, in two surroundings, and looks at what came out. Prints one
 * line for each thing that holds; a failure ends it.
 *
 * With `UPDATE=1` it makes them once, and writes packaging/testdata anew.
 */

const UPDATE = process.env["UPDATE"] === "1";

const project = join(import.meta.dirname, "..");
const work = join(project, "dist/packages/check");

/** A tool → Debian's package that has it. scripts/setup.mjs --packages brings them. */
const TOOLS = {
  "dpkg-buildpackage": "dpkg-dev",
  dh: "debhelper",
  strip: "binutils",
  lintian: "lintian",
  rpmbuild: "rpm",
  rpmlint: "rpmlint",
};

const say = (text: string): void => void process.stdout.write(`packages: ${text}\n`);

function whyNot(): string | undefined {
  if (!(process.arch in RUNTIMES)) return `there is no runtime for ${process.arch}`;
  const folders = (process.env["PATH"] ?? "").split(":");
  const missing = Object.entries(TOOLS).filter(([tool]) => !folders.some((folder) => existsSync(join(folder, tool))));
  if (missing.length === 0) return undefined;
  return `${missing.map(([tool, name]) => `${tool} (${name})`).join(", ")} not installed`;
}

const make = (at: string, out: string, env: Readonly<Record<string, string>>): readonly string[] =>
  askTool(["node", "--import", "tsx", join(at, "packaging/make.ts"), "--out", out], { cwd: at, env })
    .trim()
    .split("\n");

/** The checkout in another folder, with other times, under another name; npm's packages as hard links. */
function copyOfProject(to: string): void {
  mkdirSync(to, { recursive: true });
  const files = askTool(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: project });
  for (const file of files.split("\0")) {
    if (file !== "" && existsSync(join(project, file))) cpSync(join(project, file), join(to, file));
  }
  runTool(["cp", "-al", join(project, "node_modules"), join(to, "node_modules")]);
  // Fetched once is enough.
  if (existsSync(join(project, ".cache"))) runTool(["cp", "-al", join(project, ".cache"), join(to, ".cache")]);
}

const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Another day cannot be had without lying to all programs; what of the clock shows is SOURCE_DATE_EPOCH alone. */
function checkReproducible(packages: readonly string[]): void {
  const other = join(work, "elsewhere, with a longer name");
  copyOfProject(other);
  const epoch = askTool(["git", "log", "-1", "--format=%ct"], { cwd: project }).trim();
  process.umask(0o077);
  const again = make(other, join(work, "again"), {
    SOURCE_DATE_EPOCH: epoch,
    TZ: "Pacific/Kiritimati",
    LC_ALL: "C",
    LANGUAGE: "de",
    HOME: join(work, "nowhere"),
    USER: "somebody",
  });
  process.umask(0o022);
  for (const [at, path] of packages.entries()) {
    const twin = again[at] as string;
    if (digest(path) !== digest(twin)) throw new Error(`two builds of ${basename(path)} differ: ${path}, ${twin}`);
    say(`${basename(path)}: two builds are the same, ${digest(path).slice(0, 16)}`);
  }
}

function checkList(path: string): void {
  const kind = path.endsWith(".rpm") ? "rpm" : basename(path).startsWith("pohmelfs-slim_") ? "slim" : "deb";
  const expected = join(project, "packaging/testdata", `${kind}.list`);
  const list = packedList(path);
  if (UPDATE) writeFileSync(expected, list);
  const found = join(work, `${kind}.list`);
  writeFileSync(found, list);
  runTool(["diff", "--unified=0", "--label", expected, "--label", basename(path), expected, found]);
  say(`${basename(path)}: ${list.trimEnd().split("\n").length} files, as listed`);
}

function checkLint(path: string): void {
  if (path.endsWith(".rpm")) {
    runTool(["rpmlint", "--strict", "--config", join(project, "packaging/rpmlint.toml"), path]);
  } else {
    runTool(["lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", path]);
  }
  say(`${basename(path)}: lint finds nothing`);
}

/** Each program starts with the package's own Node and nothing else around it. */
function checkStart(deb: string, tree: string): void {
  const node = join(tree, PRIVATE, "bin/node");
  for (const program of ["pohmelfs", "cfg", "flush", "fserver", "mount.pohmelfs", "pohmelfs-generator"]) {
    const answer = askTool(["env", "-i", node, join(tree, PRIVATE, program), "--version"]);
    if (!/\d/.test(answer)) throw new Error(`${program} --version says '${answer}'`);
  }
  say(
    `${basename(deb)}: the programs start with ${askTool(["env", "-i", node, "--version"]).trim()} and no environment`,
  );
}

/** What is in the package does its work: units for the tutorial; two servers and a mount, where that can be. */
function checkWork(deb: string, tree: string): void {
  const programs = join(tree, PRIVATE);
  const node = join(programs, "bin/node");
  const config = join(tree, "usr/share/doc/pohmelfs/examples/tutorial.yaml");
  const generator = [node, join(programs, "pohmelfs-generator"), "--dry-run", "--config", config, "--host", "host-75"];
  const units = askTool(["env", "-i", ...generator]);
  if (!units.includes("pohmelfs-server@host-75.service")) throw new Error(`the generator says '${units}'`);
  say(`${basename(deb)}: the generator makes the units of the tutorial`);
  runTool([process.execPath, "scripts/test.mjs", "mounts", "commands/pohmelfs.test"], {
    cwd: project,
    env: { POHMELFS_NODE: node, POHMELFS_DIST: programs },
  });
  say(`${basename(deb)}: the tests of a running cluster pass with its programs and its Node`);
}

/** rpm's own idea of what it has installed, in a tree of its own: scripts need a system around them, and are left out. */
function checkRpmInstall(rpm: string): void {
  const root = join(work, "rpm-root");
  mkdirSync(root);
  const common = ["rpm", "--root", root, "--dbpath", "/var/lib/rpm"] as const;
  runTool([...common, "--install", "--nodeps", "--noscripts", rpm]);
  runTool([...common, "--verify", "--nodeps", "--noscripts", "pohmelfs"]);
  say(`${basename(rpm)}: installs into an empty tree`);
}

function main(): number {
  const because = whyNot();
  if (because !== undefined) {
    say(`skipped: ${because}`);
    return 0;
  }
  rmSync(work, { recursive: true, force: true });
  const packages = make(project, join(work, "made"), {});
  const [deb, , rpm] = packages as [string, string, string];
  for (const path of packages) checkList(path);
  if (UPDATE) {
    rmSync(work, { recursive: true, force: true });
    return 0;
  }
  for (const path of packages) checkLint(path);
  const tree = join(work, "tree");
  runTool(["dpkg-deb", "--extract", deb, tree]);
  checkStart(deb, tree);
  checkWork(deb, tree);
  if (process.getuid?.() === 0) checkRpmInstall(rpm);
  checkReproducible(packages);
  rmSync(work, { recursive: true, force: true });
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`packages: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
