import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePath } from "../parse-path.ts";
import { editConfig } from "./edit-config.ts";
import type { Edit, Plain } from "./plain.ts";

const MAIN = `version: 1
servers:
  a: { address: 192.0.2.1 }
  b: { address: 192.0.2.2 }
groups:
  g: { index: 1, export: /x, members: { a: {}, b: { priority: 1 } } }
mounts:
  - { group: g, at: /m, on: [a] }
log: { level: info }
`;
const FIRST = "# ours\nservers:\n  c: { address: 192.0.2.3 }\nlog: { level: notice } # much\n";
const SECOND = "mounts:\n  - { group: g, at: /n, on: [b] }\nservers: { b: { port: 9 } }\n";

const pathOf = (text: string) => {
  const parsed = parsePath(text);
  assert.ok(parsed.ok);
  return parsed.path;
};
const set = (at: string, value: Plain): Edit => ({ kind: "set", path: pathOf(at), value });
const remove = (at: string): Edit => ({ kind: "remove", path: pathOf(at) });

const edit = (...edits: Edit[]) =>
  editConfig(
    [
      { path: "main", text: MAIN },
      { path: "first", text: FIRST },
      { path: "second", text: SECOND },
    ],
    edits,
  );

function changes(...edits: Edit[]): Record<string, string> {
  const edited = edit(...edits);
  assert.ok(edited.ok, JSON.stringify(edited));
  return Object.fromEntries(edited.changes.map(({ path, after }) => [path, after]));
}

test("a value is changed in the file that has the last word on it", () => {
  assert.deepEqual(changes(set("log.level", "debug")), { first: FIRST.replace("notice", "debug") });
  assert.deepEqual(changes(set("servers.a.address", "192.0.2.9")), { main: MAIN.replace("192.0.2.1 ", "192.0.2.9 ") });
});

test("a new key goes where the thing it belongs to stands, else into the main file", () => {
  assert.deepEqual(changes(set("servers.c.port", 7)), { first: FIRST.replace(".3 }", ".3, port: 7 }") });
  assert.deepEqual(Object.keys(changes(set("servers.d", { address: "192.0.2.4" }))), ["main"]);
  assert.deepEqual(Object.keys(changes(set("defaults.port", 1026))), ["main"]);
});

test("mounts are counted through all files", () => {
  assert.deepEqual(changes(set("mounts[1].at", "/o")), { second: SECOND.replace("/n", "/o") });
  assert.deepEqual(Object.keys(changes(set("mounts[2]", { group: "g", at: "/p", on: ["c"] }))), ["second"]);
  assert.deepEqual(Object.keys(changes(remove("mounts[0]"))), ["main"]);
});

test("what is taken out is taken out of every file", () => {
  assert.deepEqual(Object.keys(changes(remove("log.level"))), ["main", "first"]);
  const edited = edit(remove("log.file"));
  assert.ok(!edited.ok && edited.because === "edit");
  assert.equal(edited.diagnostics[0]?.code, "nothing-there");
});

test("a map of which several files have parts is not replaced as a whole", () => {
  const edited = edit(set("servers", { a: { address: "192.0.2.1" } }));
  assert.ok(!edited.ok && edited.because === "edit");
  assert.equal(edited.diagnostics[0]?.code, "several-files");
});

test("a result that is wrong is told with its place in the text that would be", () => {
  const edited = edit(set("servers.c.prot", 7));
  assert.ok(!edited.ok && edited.because === "result");
  const [first] = edited.diagnostics;
  assert.deepEqual([first?.path, first?.line, first?.source], ["first", 3, "  c: { address: 192.0.2.3, prot: 7 }"]);
  assert.match(first?.hint ?? "", /did you mean 'port'/);
});

test("what is so already changes nothing", () => {
  assert.deepEqual(changes(set("servers.b.port", 9)), {});
});
