import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { PROGRAMS } from "./core/units-for.ts";
import { generate } from "./generate.ts";
import { lastGoodPath } from "./last-good.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-hostile-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const SEED = 2009;
const FILES = 300;
const good = readFileSync(join(import.meta.dirname, "testdata/07-server-and-client/pohmelfs.yaml"), "utf8");

/** One thing done to a file, as an editor, a disk or an enemy would. */
type Harm = { readonly at: number; readonly length: number; readonly insert: string };
const harm: fc.Arbitrary<Harm> = fc.record({
  at: fc.nat({ max: good.length }),
  length: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
  insert: fc.oneof(
    fc.constantFrom(
      "",
      "\t",
      "\n",
      ":",
      "- ",
      "{",
      "}",
      "[",
      "&a ",
      "*a",
      "<<: ",
      "!!binary ",
      "\u0000",
      "'",
      '"',
      "|",
      "%",
    ),
    fc.constantFrom(
      "/../..",
      "../",
      "$(reboot)",
      "%n",
      "\nExecStart=/bin/sh\n",
      "x".repeat(5000),
      "\u202e",
      "99999999999999999999",
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
  ),
});
const harmed = fc
  .array(harm, { minLength: 1, maxLength: 3 })
  .map((all) =>
    all.reduce((text, { at, length, insert }) => text.slice(0, at) + insert + text.slice(at + length), good),
  );

test(`of ${FILES} files with something wrong none throws, changes a unit, or goes without a message`, () => {
  const etc = join(scratch, "etc");
  mkdirSync(etc);
  const path = join(etc, "pohmelfs.yaml");
  const order = { path, host: "office-a", programs: PROGRAMS, lastGood: true };
  const tree = (told: string[] = []) => generate(order, (_, text) => told.push(text));
  let wrong = 0;
  for (const text of fc.sample(harmed, { seed: SEED, numRuns: FILES })) {
    writeFileSync(path, good);
    tree();
    writeFileSync(path, text);
    const told: string[] = [];
    const { units, good: isGood, works } = tree(told);
    for (const [name, made] of units) {
      assert.match(name, /^([a-z.-]+\.(wants|requires)\/)?[A-Za-z0-9:_.\\@-]+$/);
      if (made.kind === "file") assert.doesNotMatch(made.text, /^ExecStart=(?!")/m);
    }
    if (isGood) continue;
    wrong += 1;
    assert.match(told.join("\n"), /pohmelfs\.yaml(:[0-9]+:[0-9]+)?: /, JSON.stringify(text));
    assert.ok(works && units.has("pohmelfs-config-error.service"), JSON.stringify(text));
    const mount = units.get("mnt-ours.mount");
    // Where a mount alone is wrong, the file is used without it.
    if (mount?.kind === "file" && mount.text.includes("last-good")) {
      assert.match(mount.text, /^Where=\/mnt\/ours$/m);
      assert.equal(readFileSync(lastGoodPath(path), "utf8"), good);
    }
  }
  assert.ok(wrong > FILES / 2, `${wrong} were wrong`);
  assert.deepEqual(readdirSync(etc).sort(), ["pohmelfs.last-good", "pohmelfs.yaml"]);
});
