import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { loadConfig } from "../../../config-schema/load.ts";
import { baseline, keepReplaced } from "./baseline.ts";
import { type ConfigTexts, filesOf, readTexts, sameTexts, writeTexts } from "./config-files.ts";
import {
  currentNumber,
  generationPath,
  generationWith,
  listGenerations,
  makeCurrent,
  recordGeneration,
  setOutcome,
  textsOf,
} from "./generations.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-generations-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
let places = 0;
let path = "";
beforeEach(() => {
  places += 1;
  process.env["POHMELFS_STATE"] = join(scratch, `${places}`, "state");
  path = join(scratch, `${places}`, "etc", "pohmelfs.yaml");
  mkdirSync(join(scratch, `${places}`, "etc"), { recursive: true });
});

const FILE =
  "version: 1\nservers: { one: { address: 192.0.2.1 } }\ngroups: { g: { index: 1, export: /srv/g, members: { one: } } }\n";
const texts = (file: string | undefined, dropIns: Record<string, string> = {}): ConfigTexts => ({
  file: file === undefined ? undefined : Buffer.from(file),
  dropIns: new Map(Object.entries(dropIns).map(([name, text]) => [name, Buffer.from(text)])),
});
const ABOUT = { outcome: "pending", because: "apply", changes: [] } as const;

test("a generation keeps the file with its drop-ins, and loads like the file itself", () => {
  const number = recordGeneration(texts(FILE, { "a.yaml": "log: { level: debug }\n" }), ABOUT);
  assert.equal(number, 1);
  const loaded = loadConfig(generationPath(1));
  assert.ok(loaded.ok && loaded.model.log.level === "debug");
  assert.ok(sameTexts(textsOf(1), texts(FILE, { "a.yaml": "log: { level: debug }\n" })));
  assert.equal(statSync(join(generationPath(1), "..")).mode & 0o777, 0o700);
});

test("its outcome and which one is in force are told later", () => {
  assert.equal(currentNumber(), undefined);
  recordGeneration(texts(FILE), ABOUT);
  recordGeneration(texts(undefined), ABOUT);
  setOutcome(1, "applied", { failures: ["none"] });
  makeCurrent(1);
  assert.equal(currentNumber(), 1);
  assert.deepEqual(
    listGenerations().map(({ number, outcome, current, failures }) => [number, outcome, current, failures]),
    [
      [1, "applied", true, ["none"]],
      [2, "pending", false, []],
    ],
  );
  assert.equal(generationWith(texts(undefined)), 2);
  assert.equal(generationWith(texts("other")), undefined);
});

test("the last twenty are kept, and numbers are never used again", () => {
  for (let i = 0; i < 25; i += 1) recordGeneration(texts(`# ${i}\n`), ABOUT);
  const numbers = listGenerations().map(({ number }) => number);
  assert.deepEqual([numbers[0], numbers.at(-1), numbers.length], [6, 25, 20]);
  assert.equal(recordGeneration(texts(FILE), ABOUT), 26);
});

test("a configuration is put back whole: drop-ins that were not there go, other files and modes stay", () => {
  writeTexts(path, texts("new\n", { "a.yaml": "a\n", "b.yaml": "b\n" }));
  const folder = path.replace(/\.yaml$/, ".d");
  writeFileSync(join(folder, "README"), "mine\n");
  writeFileSync(path, "changed\n", { mode: 0o600 });
  writeTexts(path, texts("old\n", { "b.yaml": "B\n" }));
  assert.equal(readFileSync(path, "utf8"), "old\n");
  assert.deepEqual(readdirSync(folder).sort(), ["README", "b.yaml"]);
  assert.ok(sameTexts(readTexts(path), texts("old\n", { "b.yaml": "B\n" })));
  writeTexts(path, texts(undefined));
  assert.equal(readTexts(path).file, undefined);
  assert.deepEqual(readdirSync(join(path, "..")).sort(), ["pohmelfs.d"]);
});

test("before the first apply, the last good copy is what one can go back to", () => {
  assert.equal(baseline(path, texts(FILE), false), undefined);
  const copy = join(path, "..", "pohmelfs.last-good", "current");
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, "pohmelfs.yaml"), "old\n");
  assert.equal(baseline(path, texts(FILE), false), 1);
  assert.ok(sameTexts(textsOf(1), texts("old\n")));
  assert.equal(baseline(path, texts(FILE), false), 1);
});

test("what is to be tried for the first time goes back to a host that has nothing", () => {
  assert.equal(baseline(path, texts(FILE), true), 1);
  assert.equal(textsOf(1).file, undefined);
});

test("a file that no generation has is kept before it is replaced", () => {
  writeFileSync(path, "mine\n");
  assert.equal(keepReplaced(path, "replaced"), 1);
  assert.equal(keepReplaced(path, "replaced"), undefined);
  assert.deepEqual(listGenerations()[0]?.outcome, "kept");
});

test("of a file that is a symbolic link, what it leads to is replaced; the link stays", () => {
  const real = join(scratch, `${places}`, "real.yaml");
  writeFileSync(real, "old\n", { mode: 0o640 });
  symlinkSync(real, path);
  writeTexts(path, texts(FILE));
  assert.ok(lstatSync(path).isSymbolicLink());
  assert.equal(readFileSync(real, "utf8"), FILE);
  assert.equal(statSync(real).mode & 0o777, 0o640);
});

test("what cannot be written wholly leaves nothing behind", () => {
  writeTexts(path, texts(FILE));
  mkdirSync(join(path, "..", "pohmelfs.d", "b.yaml"), { recursive: true });
  assert.throws(() => writeTexts(path, texts("other\n", { "a.yaml": "x: 1\n", "b.yaml": "x: 2\n" })));
  assert.deepEqual(
    [...readdirSync(join(path, "..")), ...readdirSync(join(path, "..", "pohmelfs.d"))].filter((name) =>
      name.startsWith("."),
    ),
    [],
  );
});

test("what was read is what is judged, whatever lies there by now", () => {
  writeTexts(path, texts(FILE, { "a.yaml": "log: { level: debug }\n" }));
  const read = readTexts(path);
  rmSync(path);
  const loaded = loadConfig(path, filesOf(path, read));
  assert.ok(loaded.ok);
  assert.equal(loaded.model.log.level, "debug");
});
