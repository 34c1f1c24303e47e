import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../config-schema/parse-config.ts";
import { planCache, shareOf } from "./plan-cache.ts";

const MIB = 1024 ** 2;
const FILE = `
version: 1
servers: { a: { address: 192.0.2.1 } }
groups: { g: { index: 1, export: /srv/g, members: { a: } } }
cache: { memory: 100 MiB }
`;

test("a mount takes an eighth of the memory, at most a GiB, and no less than the file could ask for", () => {
  assert.equal(shareOf(2048 * MIB), 256 * MIB);
  assert.equal(shareOf(64 * 1024 * MIB), 1024 * MIB);
  assert.equal(shareOf(64 * MIB), 16 * MIB);
});

test("an option goes before what the file says of the mount, and that before what it says of all", () => {
  const loaded = parseConfig("f", FILE);
  assert.ok(loaded.ok);
  const own = { dirtyBytes: 8 * MIB, readaheadBytes: 2 * MIB };
  assert.deepEqual(planCache(loaded.model, own, { readaheadBytes: MIB }), {
    memoryBytes: 100 * MIB,
    dirtyBytes: 8 * MIB,
    readaheadBytes: MIB,
  });
});
