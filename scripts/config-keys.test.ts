import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf, keyText, type Schema } from "./config-keys.ts";

const schema: Schema = {
  required: ["all"],
  properties: {
    all: { description: "All.", additionalProperties: { $ref: "#/$defs/one" } },
    list: { items: { $ref: "#/$defs/one" }, default: [] },
  },
  $defs: {
    hostName: { description: "Not this." },
    one: {
      properties: {
        port: { type: "integer", minimum: 1, maximum: 9, default: 5 },
        host: { description: "A host.", allOf: [{ $ref: "#/$defs/hostName" }], examples: ["a", "b"] },
      },
    },
  },
};

test("keys are found below names and in lists, through references", () => {
  const paths = keysOf(schema).map(({ path }) => path);
  assert.deepEqual(paths, ["all", "all.NAME.port", "all.NAME.host", "list", "list[].port", "list[].host"]);
});

test("a key tells what may stand there, what holds without it, and shows examples", () => {
  const [all, port, host] = keysOf(schema);
  assert.ok(all && port && host);
  assert.equal(keyText(all), "### `all`\n\nAll.\n\n- a map, by name; needed\n");
  assert.match(keyText(port), /- a whole number, 1 to 9; default: `5`\n/);
  assert.equal(
    keyText(host),
    "### `all.NAME.host`\n\nA host.\n\n- a host name; may be left out\n- for example `host: a`, `host: b`\n",
  );
});
