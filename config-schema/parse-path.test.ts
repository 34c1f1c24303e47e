import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePath } from "./parse-path.ts";
import { pathText } from "./tree.ts";

const read = (text: string) => {
  const parsed = parsePath(text);
  return parsed.ok ? parsed.path : `${parsed.column}: ${parsed.because}`;
};

test("a path is keys with dots between them, and numbers of list items in brackets", () => {
  assert.deepEqual(read("servers.host-75.port"), ["servers", "host-75", "port"]);
  assert.deepEqual(read("mounts[0].on[12]"), ["mounts", 0, "on", 12]);
  assert.deepEqual(read("groups.g.members"), ["groups", "g", "members"]);
  assert.deepEqual(read("log"), ["log"]);
});

test("a key with dots is quoted, in one of three ways", () => {
  const path = ["servers", "a.example.org", "port"];
  assert.deepEqual(read('servers."a.example.org".port'), path);
  assert.deepEqual(read("servers.'a.example.org'.port"), path);
  assert.deepEqual(read("servers['a.example.org'].port"), path);
  assert.deepEqual(read('servers.""'), ["servers", ""]);
});

test("what cannot be read is told with its column", () => {
  assert.match(String(read("")), /^1: it is empty/);
  assert.match(String(read("a..b")), /^2: a key is missing after the '\.'/);
  assert.match(String(read("a.")), /^2: a key is missing/);
  assert.match(String(read("a[x]")), /^2: in brackets stands the number/);
  assert.match(String(read('a."b')), /^2: a quote is not closed/);
  assert.match(String(read("a b")), /^2: .*quoted/);
});

test("what is printed as a path is read as that path", () => {
  const key = fc.oneof(fc.stringMatching(/^[a-z0-9_.-]{1,9}$/), fc.constantFrom("a b", "[0]", "0"));
  const path = fc.array(fc.oneof(key, fc.nat(99)), { maxLength: 5 });
  fc.assert(
    fc.property(key, path, (first, rest) => {
      assert.deepEqual(read(pathText([first, ...rest])), [first, ...rest]);
    }),
  );
});
