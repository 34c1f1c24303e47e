import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { readTree } from "./testing/golden.ts";
import { treeDiff } from "./testing/tree-diff.ts";

const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-generator-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** One file, as scripts/build.mjs makes it. */
const program = join(scratch, "pohmelfs-generator.cjs");
const { metafile } = await build({
  entryPoints: [join(root, "systemd/generator.ts")],
  outfile: program,
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  metafile: true,
  banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
  define: { "import.meta.url": "__url" },
});

const GOOD = `version: 1
servers: { one: { address: 192.0.2.1 } }
groups: { g: { index: 1, export: /srv/g, members: { one: } } }
mounts: [{ group: g, at: /mnt/g, on: [one] }]
`;
const OTHER = GOOD.replace("/mnt/g", "/mnt/other");
const BAD = GOOD.replace("address", "adress");

let places = 0;

/** A host: its configuration, and how the generator is run there. */
function place(config: string | undefined = GOOD) {
  places += 1;
  const folder = join(scratch, `place-${places}`);
  const etc = join(folder, "etc");
  mkdirSync(etc, { recursive: true });
  const file = join(etc, "pohmelfs.yaml");
  if (config !== undefined) writeFileSync(file, config);
  const normal = join(folder, "normal");
  const run = (...args: string[]) => {
    const given = args.length > 0 ? args : [normal, join(folder, "early"), join(folder, "late")];
    rmSync(normal, { recursive: true, force: true });
    return spawnSync(process.execPath, [program, "--config", file, "--host", "one", ...given], {
      encoding: "utf8",
      cwd: folder,
    });
  };
  return { folder, etc, file, normal, run, units: () => readTree(normal) };
}

const textOf = (units: ReturnType<typeof readTree>, name: string): string => {
  const made = units.get(name);
  assert.ok(made?.kind === "file", `there is no ${name} in ${[...units.keys()].join(", ")}`);
  return made.text;
};

test("a good file becomes units in the first folder, and a copy of it is kept; nothing else is written", () => {
  const { folder, etc, run, units } = place();
  const { status, stdout, stderr } = run();
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  assert.deepEqual([...units().keys()].sort(), [
    "mnt-g.mount",
    "multi-user.target.wants/pohmelfs.target",
    "pohmelfs-last-good.service",
    "pohmelfs-mount@mnt-g.service",
    "pohmelfs-server@one.service",
    "pohmelfs.target",
    "pohmelfs.target.wants/mnt-g.mount",
    "pohmelfs.target.wants/pohmelfs-last-good.service",
    "pohmelfs.target.wants/pohmelfs-server@one.service",
    "remote-fs.target.wants/mnt-g.mount",
  ]);
  assert.deepEqual(readdirSync(folder).sort(), ["etc", "normal"]);
  assert.deepEqual(readdirSync(etc).sort(), ["pohmelfs.last-good", "pohmelfs.yaml"]);
  assert.equal(readFileSync(join(etc, "pohmelfs.last-good/current/pohmelfs.yaml"), "utf8"), GOOD);
});

test("one folder is enough, two are none, and what is unknown is a wrong usage", () => {
  const { normal, run } = place();
  assert.equal(run(normal).status, 0);
  for (const args of [[], [normal, normal], ["--verbose", normal]]) {
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, /Usage: pohmelfs-generator/);
  }
});

test("without a configuration there is nothing to make, and no copy of an earlier one is left", () => {
  const { etc, file, run, units } = place();
  run();
  rmSync(file);
  const { status, stderr } = run();
  assert.deepEqual([status, stderr, units().size, readdirSync(etc)], [0, "", 0, []]);
});

test("with a broken file the units are those of the last good one, and a unit that fails says why", () => {
  const { etc, file, run, units } = place();
  run();
  writeFileSync(file, BAD);
  const { status, stderr } = run();
  assert.equal(status, 0);
  assert.match(stderr, /pohmelfs\.yaml:2:19: error: unknown key 'adress'/);
  const copy = join(etc, "pohmelfs.last-good/current/pohmelfs.yaml");
  assert.ok(textOf(units(), "pohmelfs-server@one.service").includes(`"--config" "${copy}"`));
  assert.ok(textOf(units(), "pohmelfs-mount@mnt-g.service").includes(`"--config" "${copy}"`));
  const error = textOf(units(), "pohmelfs-config-error.service");
  assert.match(error, /^Description=.*has errors, the last good one is used$/m);
  assert.match(error, /unknown key 'adress'/);
  assert.ok(units().has("multi-user.target.wants/pohmelfs-config-error.service"));
  assert.ok(!units().has("pohmelfs-last-good.service"), "a wrong file is not to be kept");
  // It stays so, run after run, until the file is right again.
  run();
  assert.ok(units().has("mnt-g.mount"));
  writeFileSync(file, OTHER);
  assert.equal(run().status, 0);
  assert.ok(units().has("mnt-other.mount") && !units().has("pohmelfs-config-error.service"));
  assert.equal(readFileSync(copy, "utf8"), OTHER);
});

test("with a broken file and no good one before, only the unit that fails is made", () => {
  const { run, units } = place(BAD);
  const { status } = run();
  assert.equal(status, 1);
  assert.deepEqual(
    [...units().keys()],
    ["multi-user.target.wants/pohmelfs-config-error.service", "pohmelfs-config-error.service"],
  );
});

test("drop-ins are part of the copy, and one that is broken counts like the file", () => {
  const { etc, run, units } = place();
  mkdirSync(join(etc, "pohmelfs.d"));
  const dropIn = join(etc, "pohmelfs.d/10.yaml");
  writeFileSync(dropIn, "mounts: [{ group: g, at: /mnt/second, on: [one] }]\n");
  run();
  writeFileSync(dropIn, "mounts: 7\n");
  const { stderr } = run();
  assert.match(stderr, /10\.yaml:1:9: error/);
  assert.ok(units().has("mnt-g.mount") && units().has("mnt-second.mount"));
  rmSync(dropIn);
  run();
  assert.deepEqual(readdirSync(join(etc, "pohmelfs.last-good/current")), ["pohmelfs.yaml"]);
  assert.ok(!units().has("mnt-second.mount"));
});

test("the copy is not written again when nothing has changed, and older ones go", () => {
  const { etc, file, run } = place();
  const names = () => readdirSync(join(etc, "pohmelfs.last-good")).sort();
  run();
  const [before] = names();
  const link = () => readlinkSync(join(etc, "pohmelfs.last-good/current"));
  assert.deepEqual([names().length, link()], [2, before]);
  writeFileSync(file, OTHER);
  run();
  assert.equal(names().length, 2);
  assert.notEqual(link(), before);
});

test("what stands in the place of the file and is none holds nothing up", () => {
  const { file, run, units } = place();
  run();
  rmSync(file);
  assert.equal(spawnSync("mkfifo", [file]).status, 0);
  const started = Date.now();
  assert.match(run().stderr, /cannot be read: it is no regular file/);
  assert.ok(Date.now() - started < 5_000);
  assert.ok(units().has("mnt-g.mount"));
  for (const [make, because] of [
    [() => mkdirSync(file), /illegal operation on a directory/],
    [() => symlinkSync("/nowhere/at/all", file), /no such file or directory/],
    [() => writeFileSync(file, Buffer.alloc(5 * 1024 * 1024, 0x23)), /it is too long/],
    [() => writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00])), /not UTF-8/],
    [() => writeFileSync(file, ""), /the file says nothing/],
  ] as const) {
    rmSync(file, { recursive: true, force: true });
    make();
    const { status, stderr } = run();
    assert.match(stderr, because);
    assert.equal(status, 0);
    assert.ok(units().has("mnt-g.mount"));
  }
});

test("a copy that is damaged itself is not used, and made anew from the next good file", () => {
  const { etc, file, run, units } = place();
  run();
  writeFileSync(join(etc, "pohmelfs.last-good/current/pohmelfs.yaml"), "{");
  writeFileSync(file, BAD);
  assert.equal(run().status, 1);
  assert.deepEqual(
    [...units().keys()].filter((name) => !name.includes("/")),
    ["pohmelfs-config-error.service"],
  );
  writeFileSync(file, GOOD);
  run();
  writeFileSync(file, BAD);
  assert.equal(run().status, 0);
});

test("where no copy can be kept the units are made all the same, and it is said", () => {
  const { etc, run, units } = place();
  writeFileSync(join(etc, "pohmelfs.last-good"), "in the way");
  const { status, stderr } = run();
  assert.equal(status, 0);
  assert.match(stderr, /no copy of .* could be kept/);
  assert.ok(units().has("mnt-g.mount"));
});

test("a folder that cannot be written is told, and fails", () => {
  const { folder, run } = place();
  writeFileSync(join(folder, "file"), "");
  const { status, stderr } = run(join(folder, "file"));
  assert.equal(status, 1);
  assert.match(stderr, /ENOTDIR|EEXIST/);
});

test("a dry run prints the units, changes nothing, and fails with a broken file", () => {
  const { folder, etc, file, run } = place();
  const good = run("--dry-run");
  assert.equal(good.status, 0);
  assert.match(good.stdout, /^---pohmelfs-server@one\.service---$/m);
  assert.match(good.stdout, /^---pohmelfs\.target\.wants\/mnt-g\.mount--- -> \.\.\/mnt-g\.mount$/m);
  writeFileSync(file, BAD);
  const bad = run("--dry-run");
  assert.deepEqual([bad.status, bad.stdout], [3, ""]);
  assert.match(bad.stderr, /unknown key 'adress'/);
  assert.deepEqual([readdirSync(folder), readdirSync(etc)], [["etc"], ["pohmelfs.yaml"]]);
});

test("--keep keeps a copy and makes nothing else, and a wrong file leaves the copy as it is", () => {
  const { folder, etc, file, run } = place();
  const copy = join(etc, "pohmelfs.last-good/current/pohmelfs.yaml");
  assert.equal(run("--keep").status, 0);
  assert.deepEqual([readdirSync(folder), readFileSync(copy, "utf8")], [["etc"], GOOD]);
  writeFileSync(file, BAD);
  const { status, stderr } = run("--keep");
  assert.equal(status, 3);
  assert.match(stderr, /unknown key 'adress'/);
  assert.equal(readFileSync(copy, "utf8"), GOOD);
});

test("two runs at once give the tree that one gives", async () => {
  const { etc, file, normal, run, units } = place();
  run();
  const alone = units();
  const again = [1, 2, 3, 4].map(
    () =>
      new Promise<number | null>((done) =>
        spawn(process.execPath, [program, "--config", file, "--host", "one", normal]).once("exit", done),
      ),
  );
  assert.deepEqual(await Promise.all(again), [0, 0, 0, 0]);
  assert.equal(treeDiff(alone, units()), "");
  assert.equal(readFileSync(join(etc, "pohmelfs.last-good/current/pohmelfs.yaml"), "utf8"), GOOD);
});

test("the generator needs neither native code nor a module beside it", () => {
  const inputs = Object.keys(metafile.inputs);
  assert.deepEqual(
    inputs.filter((path) => /koffi|daemons\/sys\/|fuse/.test(path)),
    [],
  );
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((one) => one.path));
  assert.deepEqual(
    outside.filter((path) => !/^(node:)?[a-z_0-9]+$/.test(path) || existsSync(join(root, "node_modules", path))),
    [],
  );
});
