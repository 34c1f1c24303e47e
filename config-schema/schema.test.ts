import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { parse } from "yaml";
import { DEFAULTS } from "./defaults.ts";
import { durationMs } from "./duration.ts";
import { parseConfig } from "./parse-config.ts";
import { sizeBytes } from "./size.ts";
import { TIMEOUTS } from "./timeouts.ts";

type Json = { readonly [key: string]: unknown };
type Schema = Json & { readonly properties?: Readonly<Record<string, Schema>> };

const schema: Schema & { readonly $defs: Readonly<Record<string, Schema>> } = JSON.parse(
  readFileSync(new URL("pohmelfs.schema.json", import.meta.url), "utf8"),
);
const folder = new URL("../examples/", import.meta.url);
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

// A CommonJS module: its types say that the function is in it, at run time it is the function.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => Ajv;

/** Editors know draft-07 best, the loader uses 2020-12: the schema keeps to what both understand alike. */
const drafts: { draft: string; ajv: Ajv; whole: Schema }[] = [
  {
    draft: "2020-12",
    ajv: new Ajv2020({ strict: true, allowUnionTypes: true }),
    $schema: "https://json-schema.org/draft/2020-12/schema",
  },
  {
    draft: "draft-07",
    ajv: new Ajv({ strict: true, allowUnionTypes: true }),
    $schema: "http://json-schema.org/draft-07/schema#",
  },
].map(({ draft, ajv, $schema }: { draft: string; ajv: Ajv; $schema: string }) => {
  addFormats(ajv).addVocabulary(["patternErrorMessage", "x-since"]);
  return { draft, ajv, whole: { ...schema, $schema } };
});

for (const { draft, ajv, whole } of drafts) {
  const validate = ajv.compile(whole);
  for (const { name, text } of examples) {
    test(`examples/${name} keeps the schema as ${draft}`, () => {
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  test(`the examples and defaults of each key keep the schema as ${draft}`, () => {
    for (const { path, property } of keys()) {
      const values = [...((property["examples"] as unknown[] | undefined) ?? []), property["default"]];
      const check = ajv.compile({ $schema: whole["$schema"] as string, $defs: schema.$defs, ...property });
      for (const value of values) if (value !== undefined) assert.ok(check(value), `${path}: ${JSON.stringify(value)}`);
    }
  });
}

for (const { name, text } of examples) {
  test(`examples/${name} loads without a warning, and tells editors its schema`, () => {
    const loaded = parseConfig(name, text);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    assert.deepEqual(loaded.warnings, []);
    assert.match(text, /^# yaml-language-server: \$schema=\/usr\/share\/pohmelfs\/pohmelfs\.schema\.json\n/);
  });
}

test("each key has a title, a description, a version, an example, and a default unless it is needed or its absence means something", () => {
  const absenceTold = /Without it|A member may name its own/;
  for (const { path, property, needed } of keys()) {
    assert.equal(typeof property["title"], "string", `${path} has no title`);
    assert.match(String(property["description"]), /\.$/, `${path} has no description`);
    assert.match(String(property["x-since"]), /^\d+\.\d+\.\d+$/, `${path} does not say since which version`);
    if (property["$ref"] !== undefined || property["properties"] !== undefined) continue;
    assert.ok(Array.isArray(property["examples"]) && property["examples"].length > 0, `${path} has no example`);
    const told = needed || property["default"] !== undefined || absenceTold.test(String(property["description"]));
    assert.ok(told, `${path}: what if it is absent?`);
  }
});

test("no map takes keys that it does not name", () => {
  const maps = [schema, ...Object.values(schema.$defs)].filter(({ properties }) => properties !== undefined);
  assert.ok(maps.length >= 8);
  for (const map of maps) assert.equal(map["additionalProperties"], false);
});

test("the schema keeps to what all drafts since 07 have", () => {
  const text = JSON.stringify(schema);
  for (const word of ["unevaluated", "prefixItems", "dynamicRef", "dependent", "minContains", "$anchor"]) {
    assert.ok(!text.includes(`"${word}`), word);
  }
});

test("the defaults of the schema are those of the loader", () => {
  const all = new Map(keys().map(({ path, property }) => [path, property["default"]]));
  assert.equal(all.get("defaults.port"), DEFAULTS.port);
  assert.equal(all.get("server.port"), DEFAULTS.port);
  assert.equal(all.get("defaults.priority"), DEFAULTS.priority);
  assert.equal(all.get("member.priority"), DEFAULTS.priority);
  assert.equal(all.get("defaults.permissions"), DEFAULTS.permissions);
  assert.equal(all.get("member.permissions"), DEFAULTS.permissions);
  assert.equal(all.get("defaults.workers"), DEFAULTS.workers);
  assert.equal(all.get("log.level"), DEFAULTS.logLevel);
  for (const { key, field } of TIMEOUTS) {
    assert.equal(durationMs(String(all.get(`timeouts.${key}`))), DEFAULTS.timeouts[field], key);
  }
  assert.equal(sizeBytes(String(all.get("cache.dirty"))), DEFAULTS.cache.dirtyBytes);
  assert.equal(sizeBytes(String(all.get("cache.readahead"))), DEFAULTS.cache.readaheadBytes);
});

/** The keys of each map of the schema, as MAP.KEY. */
function keys(): { path: string; property: Schema; needed: boolean }[] {
  const maps = Object.entries({ file: schema, ...schema.$defs });
  return maps.flatMap(([map, { properties = {}, required }]) =>
    Object.entries(properties).map(([key, property]) => {
      const reference = typeof property["$ref"] === "string" ? schema.$defs[property["$ref"].slice(8)] : undefined;
      const needed = Array.isArray(required) && required.includes(key);
      return { path: `${map}.${key}`, property: reference ?? property, needed };
    }),
  );
}
