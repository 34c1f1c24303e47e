import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf, keyText, type Schema } from "./config-keys.ts";

const schema: Schema = {
  required: ["all"],
  properties: {
    all: { description: "All.", type: "object", "x-since": "0.1.0", additionalProperties: { $ref: "#/$defs/one" } },
    list: { items: { $ref: "#/$defs/one" }, default: [] },
  },
  $defs: {
    hostName: { description: "Not this." },
    one: {
      properties: {
        port: { type: "integer", minimum: 1, maximum: 9, default: 5 },
        host: {
          description: "A host.",
          allOf: [{ $ref: "#/$defs/hostName" }],
          examples: ["a", "b"],
          "x-since": "0.2.0",
        },
      },
    },
  },
};

test("keys are found below names and in lists, through references", () => {
  const paths = keysOf(schema).map(({ path }) => path);
  assert.deepEqual(paths, ["all", "all.NAME.port", "all.NAME.host", "list", "list[].port", "list[].host"]);
});

test("a key tells what may stand there, what holds without it, since when, and shows examples", () => {
  const [all, port, host] = keysOf(schema);
  assert.ok(all && port && host);
  assert.equal(
    keyText(all),
    "## `all`\n\nAll.\n\n- type: a map, by name\n- default: none, it is needed\n- since: 0.1.0\n",
  );
  assert.match(keyText(port), /- type: a whole number, 1 to 9\n- default: `5`\n/);
  assert.equal(
    keyText(host),
    "### `all.NAME.host`\n\nA host.\n\n- type: a host name\n- default: none\n- example: `host: a`, `host: b`\n- since: 0.2.0\n",
  );
});

test("a key whose values nobody has words for is a fault of ours", () => {
  const [key] = keysOf({ properties: { odd: { type: "string" } } });
  assert.ok(key);
  assert.throws(() => keyText(key), /^Error: odd: nobody says/);
});
