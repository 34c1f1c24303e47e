/**
 * Wrong files, hundreds of them: none throws, each is told with its line, and none changes what a host does: the units are
 * those of the last good file.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { harmedFile } from "../config-schema/testing/harmed-file.ts";
import type { Units } from "./core/units.ts";
import { PROGRAMS } from "./core/units-for.ts";
import { generate } from "./generate.ts";
import { lastGoodPath } from "./last-good.ts";
import { HAND_MADE } from "./testing/hand-made-files.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-hostile-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const SEED = 2009;
/** How many are made; a good part of them is right all the same. */
const MADE = 450;
const WRONG_MIN = 300;

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const good = read("testdata/07-server-and-client/pohmelfs.yaml");
const right = [
  good,
  read("../examples/two-sites.yaml"),
  read("../examples/tutorial.yaml"),
  read("testdata/13-fstab-words/pohmelfs.yaml"),
];

const path = join(scratch, "etc/pohmelfs.yaml");
mkdirSync(join(scratch, "etc"));

/** The host's units by the file as it is now, after the generator has once seen the good one. */
function unitsBy(content: string | Uint8Array, told: string[] = []) {
  writeFileSync(path, content);
  return generate({ path, host: "office-a", programs: PROGRAMS, lastGood: true }, (_, text) => told.push(text));
}

/** Units without what tells where their file was read, and without the alarm. */
function essence(units: Units): Record<string, string> {
  const own = [...units].filter(([name]) => !/pohmelfs-(config-error|last-good)\.service$/.test(name));
  return Object.fromEntries(
    own.map(([name, made]) => [
      name,
      JSON.stringify(made)
        .replaceAll(lastGoodPath(path), path)
        .replace(/POHMELFS_UNIT=[0-9a-f]+/, ""),
    ]),
  );
}

const expected = essence(unitsBy(good).units);

/** @returns Whether the file is wrong; then all that is promised of wrong files was found true. */
function checkFile(content: string | Uint8Array, what: string): boolean {
  const told: string[] = [];
  const { units, works } = unitsBy(content, told);
  for (const [name, made] of units) {
    assert.match(name, /^([a-z.-]+\.(wants|requires)\/)?[A-Za-z0-9:_.\\@-]+$/, what);
    if (made.kind === "file") assert.doesNotMatch(made.text, /^ExecStart=(?!["/])/m, what);
  }
  if (readFileSync(lastGoodPath(path), "utf8") !== good) {
    // A right one has taken the place of the last good file; the next is to be measured by ours again.
    unitsBy(good);
    return false;
  }
  const end = told.pop() ?? "";
  // What is as right as ours, with another comment, say, has the same copy.
  if (!/has errors: the last good one, .* is used instead$/.test(end)) return false;
  assert.ok(told.length > 0, what);
  for (const error of told) {
    if (!/^[^\n]*: \d+ more errors are not shown/.test(error))
      assert.match(error, /^[^\n]*pohmelfs\.yaml:[0-9]+:[0-9]+: error: ./, what);
    assert.doesNotMatch(error, /undefined|\bat .*\.ts:|[\u0000-\u0008\u000b-\u001f]/, what);
  }
  assert.ok(works && units.has("pohmelfs-config-error.service"), what);
  assert.deepEqual(essence(units), expected, what);
  return true;
}

test(`of ${MADE} harmed files more than ${WRONG_MIN} are wrong; none throws, changes a unit, or goes without a line`, () => {
  let wrong = 0;
  const kinds = new Map<string, number>();
  for (const { text, harms } of fc.sample(harmedFile(right), { seed: SEED, numRuns: MADE })) {
    if (!checkFile(text, `${harms.join(" and ")}:\n${text}`)) continue;
    wrong += 1;
    for (const harm of harms) kinds.set(harm, (kinds.get(harm) ?? 0) + 1);
  }
  assert.ok(wrong >= WRONG_MIN, `${wrong} of ${MADE} were wrong`);
  assert.ok([...kinds.values()].every((count) => count >= 5) && kinds.size >= 15, JSON.stringify([...kinds]));
});

test(`${Object.keys(HAND_MADE).length} files made by hand are wrong, and keep the same promises`, () => {
  assert.ok(Object.keys(HAND_MADE).length >= 40);
  for (const [what, content] of Object.entries(HAND_MADE)) assert.ok(checkFile(content, what), `'${what}' was taken`);
});

test("nothing is left beside the file but its last good copy", () => {
  unitsBy(good);
  assert.deepEqual(readdirSync(join(scratch, "etc")).sort(), ["pohmelfs.last-good", "pohmelfs.yaml"]);
});
