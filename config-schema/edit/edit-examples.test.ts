/** What people see of an edit: each case is a text, what is done, and the text that comes out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePath } from "../parse-path.ts";
import { editText } from "./edit.ts";
import type { Edit, Plain } from "./plain.ts";

const path = (text: string) => {
  const parsed = parsePath(text);
  assert.ok(parsed.ok);
  return parsed.path;
};
const set = (at: string, value: Plain): Edit => ({ kind: "set", path: path(at), value });
const remove = (at: string): Edit => ({ kind: "remove", path: path(at) });

function becomes(before: string, edits: readonly Edit[], after: string): void {
  const edited = editText({ path: "f", text: before }, edits);
  assert.ok(edited.ok, JSON.stringify(edited));
  assert.equal(edited.text, after);
}

function refuses(before: string, edit: Edit, words: RegExp): void {
  const edited = editText({ path: "f", text: before }, [edit]);
  assert.ok(!edited.ok, JSON.stringify(edited));
  const { line, column, message, hint } = edited.diagnostic;
  assert.match(`${line}:${column}: ${message}; ${hint}`, words);
}

test("a value is replaced where it stands, and keeps its quotes and its comment", () => {
  becomes("a: 1 # one\nb: 2\n", [set("a", 3)], "a: 3 # one\nb: 2\n");
  becomes("a: 'x'\nb: \"y\"\n", [set("a", "z"), set("b", "w")], "a: 'z'\nb: \"w\"\n");
  becomes(
    "servers: # note\n  h: { address: 192.0.2.1, port: 1 }\n",
    [set("servers.h.port", 2)],
    "servers: # note\n  h: { address: 192.0.2.1, port: 2 }\n",
  );
  becomes("a: | # why\n  text\nb: 2\n", [set("a", 1)], "a: 1 # why\nb: 2\n");
});

test("a value that is the same already leaves the text as it is, however it is written", () => {
  becomes("a: 0x10\n", [set("a", 16)], "a: 0x10\n");
});

test("text is quoted when it would be read as something else, and when it has colons", () => {
  becomes("a: 1\n", [set("a", "10"), set("b", "::1"), set("c", "x # y")], 'a: "10"\nb: "::1"\nc: "x # y"\n');
});

test("a new key comes behind the last one, in the form of its neighbours", () => {
  becomes(
    "servers:\n  a: { address: 192.0.2.1 } # first\n\n# groups\ngroups:\n",
    [set("servers.b", { address: "192.0.2.2" })],
    "servers:\n  a: { address: 192.0.2.1 } # first\n  b: { address: 192.0.2.2 }\n\n# groups\ngroups:\n",
  );
  becomes(
    "groups:\n    g:\n        index: 1\n",
    [set("groups.h", { index: 2, members: { a: {}, b: { priority: 1 } } })],
    "groups:\n    g:\n        index: 1\n    h:\n      index: 2\n      members:\n        a: {}\n        b: { priority: 1 }\n",
  );
});

test("what is on the way and missing is made", () => {
  becomes("version: 1\n", [set("log.level", "debug")], "version: 1\nlog: { level: debug }\n");
  becomes("members:\n  a: # empty\n", [set("members.a.priority", 1)], "members:\n  a: { priority: 1 } # empty\n");
  becomes(
    "clients:\n  # none yet\nlog: {}\n",
    [set("clients.c.address", "x")],
    "clients:\n  c: { address: x }\n  # none yet\nlog: {}\n",
  );
  becomes("# only this\n", [set("version", 1)], "# only this\nversion: 1\n");
  becomes("", [set("version", 1)], "version: 1\n");
});

test("a new section has a blank line before it where the others have", () => {
  becomes("a: 1\n\nb: 2\n", [set("c", 3)], "a: 1\n\nb: 2\n\nc: 3\n");
});

test("lists grow at their end and shrink anywhere", () => {
  becomes("on: [a, b] # hosts\n", [set("on[2]", "c"), remove("on[0]")], "on: [b, c] # hosts\n");
  becomes("on:\n- a\n# then\n- b # second\n", [set("on[2]", "c"), remove("on[0]")], "on:\n# then\n- b # second\n- c\n");
  becomes(
    "on: [\n  a, # first\n  b # second\n]\n",
    [set("on[2]", "c")],
    "on: [\n  a, # first\n  b, # second\n  c\n]\n",
  );
  becomes("on: [\n  a, # first\n  b # second\n]\n", [remove("on[1]")], "on: [\n  a # first\n]\n");
});

test("what goes takes its line with it; comments on lines of their own stay", () => {
  becomes("a: 1 # one\n# about b\nb:\n  c: 2\nd: 3\n", [remove("b")], "a: 1 # one\n# about b\nd: 3\n");
  becomes("m:\n  - group: g # g\n    at: /x\n", [remove("m[0].group")], "m:\n  - at: /x\n");
  becomes("{ a: 1, b: 2, c: 3 }\n", [remove("b"), remove("c")], "{ a: 1 }\n");
});

test("a map or list of which nothing is left stays, empty", () => {
  becomes("members: # note\n  a: 1\nb: 2\n", [remove("members.a")], "members: {} # note\nb: 2\n");
  becomes("on: [a]\nm:\n  - x\n", [remove("on[0]"), remove("m[0]")], "on: []\nm: []\n");
});

test("a map given for a map changes only what differs", () => {
  becomes(
    "m:\n  a: 1 # one\n  b: { c: 2, d: 3 } # two\n",
    [set("m", { a: 1, b: { c: 4 }, e: 5 })],
    "m:\n  a: 1 # one\n  b: { c: 4 } # two\n  e: 5\n",
  );
  becomes("m:\n  a: 1\n  b: 2\n", [set("m", { b: 2, a: 1 })], "m:\n  b: 2\n  a: 1\n");
});

test("line ends, a byte order mark, and a last line without its end stay", () => {
  becomes("\ufeffa: 1\r\nb: 2", [set("c", 3), set("a", 4)], "\ufeffa: 4\r\nb: 2\r\nc: 3");
});

test("an alias can be replaced, but nothing behind it, nor what it stands for", () => {
  becomes("a: &x 1\nb: *x # same\n", [set("b", 2)], "a: &x 1\nb: 2 # same\n");
  refuses(
    "a: &x { p: 1 }\nb: *x\n",
    set("b.p", 2),
    /^2:4: b is the alias '\*x'; what '&x' stands for is used elsewhere/,
  );
  refuses("a: &x { p: 1 }\nb: *x\n", set("a.p", 2), /^2:4: '\*x' here stands for what is to be changed; write it out/);
  refuses("a: &x 1\nb: *x\n", remove("a"), /^2:4: /);
  becomes("a: &x 1\nb: 2\n", [set("a", 3)], "a: &x 3\nb: 2\n");
});

test("a path that leads nowhere is told", () => {
  refuses("a: 1\n", set("a.b", 1), /^1:4: a is no map/);
  refuses("a: { b: 1 }\n", set("a[0]", 1), /^1:4: a is no list/);
  refuses("a: { b: 1 }\n", remove("a.c"), /^1:4: there is no a\.c/);
  refuses("a: [1]\n", set("a[3]", 1), /there is no a\[3\]/);
  refuses("a: 1\na: 2\n", set("a", 1), /^2:1: 'a' stands here twice/);
});
