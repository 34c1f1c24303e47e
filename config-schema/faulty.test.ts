/**
 * What people read when their file is wrong: for each `fixtures/NAME.yaml`, `NAME.txt` has the words. After a change
 * `UPDATE=1 node --import tsx --test config-schema/faulty.test.ts` writes them anew; read the difference before you commit.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { parseConfig } from "./parse-config.ts";
import { renderDiagnostic } from "./render-diagnostic.ts";

const FOLDER = new URL("fixtures/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

for (const name of names) {
  test(`a faulty file is refused in the expected words: ${name}`, () => {
    const loaded = parseConfig("/etc/pohmelfs.yaml", readFileSync(new URL(name, FOLDER), "utf8"));
    assert.equal(loaded.ok, false);
    const words = loaded.ok ? "" : loaded.diagnostics.map((one) => `${renderDiagnostic(one)}\n`).join("");
    const expected = new URL(name.replace(/\.yaml$/, ".txt"), FOLDER);
    if (process.env["UPDATE"] === "1") writeFileSync(expected, words);
    assert.equal(words, existsSync(expected) ? readFileSync(expected, "utf8") : "no file with the expected words");
  });
}

test("there is a faulty file for each expected text", () => {
  const texts = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));
  assert.deepEqual(
    texts.filter((text) => !names.includes(text.replace(/\.txt$/, ".yaml"))),
    [],
  );
});
