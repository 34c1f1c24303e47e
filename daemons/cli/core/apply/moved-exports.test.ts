import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../../../config-schema/parse-config.ts";
import type { Facts, UnitFacts } from "../../../../systemd/core/plan/plan-types.ts";
import { movedExports } from "./moved-exports.ts";

const loaded = parseConfig(
  "f.yaml",
  `version: 1
servers: { a: { host: box, address: 192.0.2.1 }, b: { host: box, address: 192.0.2.1, port: 1026 } }
groups: { g: { index: 1, members: { a: { export: /srv/new }, b: { export: /srv/b } } } }
`,
);
assert.ok(loaded.ok);
const { model } = loaded;

const running = (claims: Record<string, readonly string[]>): Facts => ({
  loaded: new Map(),
  running: new Map(
    Object.entries(claims).map(([name, its]): [string, UnitFacts] => [
      `pohmelfs-server@${name}.service`,
      { active: "active", claims: its },
    ]),
  ),
});

test("a server that leaves its export for another one takes nothing with it, which is told", () => {
  const [warning, ...others] = movedExports(
    model,
    "box",
    running({ a: ["192.0.2.1:1025", "/srv/old"], b: ["/srv/b"] }),
  );
  assert.equal(warning?.code, "export-moves");
  assert.equal(warning?.message, "server 'a' leaves /srv/old for /srv/new, and takes nothing with it");
  assert.deepEqual(others, []);
});

test("a further export, one less, or one that another server had, is no move", () => {
  for (const claims of [
    { b: ["/srv/b"] },
    { a: ["/srv/new"], b: ["/srv/b", "/srv/old"] },
    { a: ["/srv/b"], b: ["/srv/new"] },
  ])
    assert.deepEqual(movedExports(model, "box", running(claims)), []);
});

test("of servers of other hosts nothing is told", () => {
  assert.deepEqual(movedExports(model, "elsewhere", running({ a: ["/srv/old"] })), []);
});
