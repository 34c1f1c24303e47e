import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { keysOf } from "../config-keys.ts";
import { readdirSync, readFileSync } from "node:fs";
import { allPages } from "./all-pages.ts";
import { allPrograms } from "./all-programs.ts";
import { lackingText } from "./program-words.ts";
import { referencesOf } from "./references.ts";
import { roff } from "./roff.ts";

const pages = allPages();
const idOf = ({ name, section }: { readonly name: string; readonly section: number }): string => `${name}(${section})`;
const ids = new Set(pages.map(idOf));
const printed = pages.map((page) => ({ id: idOf(page), text: roff(page, "2026-11-24", "pohmelfs 0.1.0") }));

/** What a program says of a page on its standard input; undefined where it is not installed. */
function told(program: string, args: readonly string[], input: string): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  return error === undefined ? `${stdout}${stderr}` : undefined;
}

test("every command, option and argument has a text", () => {
  assert.deepEqual(allPrograms().flatMap(lackingText), []);
});

test("every key of the configuration is in pohmelfs.yaml(5)", () => {
  const schema = new URL("../../config-schema/pohmelfs.schema.json", import.meta.url);
  const page = printed.find(({ id }) => id === "pohmelfs.yaml(5)")?.text ?? "";
  for (const { path } of keysOf(JSON.parse(readFileSync(schema, "utf8")))) {
    const name = path.replaceAll("-", "\\-");
    const heads = [`.SS "${path}"`, `\n.TP\n\\fB${name}\\fR\n`, `\n.TP\n\\fB\\%${name}\\fR\n`];
    assert.ok(
      heads.some((head) => page.includes(head)),
      path,
    );
  }
});

test("what people wrote for a page belongs to one that is made", () => {
  const files = readdirSync(new URL("../../docs/man/", import.meta.url)).filter((name) => name !== "README.md");
  for (const file of files)
    assert.ok(ids.has(file.replace(/\.([578])\.md$/, "($1)")), `docs/man/${file} is for no page`);
});

test("pages lead to pages that there are", () => {
  const isOurs = /^(pohmelfs.*|cfg|flush|fserver|mount\.pohmelfs)\(/;
  for (const page of pages) {
    for (const id of referencesOf(page)) if (isOurs.test(id)) assert.ok(ids.has(id), `${idOf(page)} leads to ${id}`);
  }
});

test("mandoc has nothing to say against the pages", (t) => {
  for (const { id, text } of printed) {
    const complaints = told("mandoc", ["-T", "lint", "-W", "warning"], text);
    if (complaints === undefined) return t.skip("mandoc is not installed");
    assert.equal(complaints, "", id);
  }
});

test("groff has nothing to say against the pages", (t) => {
  for (const { id, text } of printed) {
    const complaints = told("groff", ["-man", "-Tutf8", "-ww", "-z"], text);
    if (complaints === undefined) return t.skip("groff is not installed");
    assert.equal(complaints, "", id);
  }
});
