import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { stringify } from "yaml";
import { effectiveOf } from "./effective.ts";
import { type Plain, plainAt } from "./edit/plain.ts";
import { parseConfig } from "./parse-config.ts";
import { readYaml } from "./read-yaml.ts";
import { plainOf } from "./tree.ts";

function read(text: string) {
  const loaded = parseConfig("f", text);
  const { tree } = readYaml({ path: "f", text });
  assert.ok(loaded.ok && tree !== undefined);
  const written = plainOf(tree) as Plain;
  return { model: loaded.model, written, effective: effectiveOf(written, loaded.model) };
}

const example = (name: string): string => readFileSync(new URL(`../examples/${name}.yaml`, import.meta.url), "utf8");

test("what is not written has its default, what is written stays", () => {
  const { effective } = read(example("two-sites"));
  assert.deepEqual(plainAt(effective, ["servers", "cedar"]), { address: "2001:db8:1::12", port: 2025, host: "cedar" });
  assert.deepEqual(plainAt(effective, ["groups", "media", "members", "cedar"]), {
    priority: 0,
    permissions: "read-write",
    export: "/srv/media",
  });
  assert.deepEqual(plainAt(effective, ["timeouts"]), {
    beat: "500 ms",
    suspect: "3 s",
    connect: "10 s",
    "give-up": "1 min",
  });
  assert.equal(plainAt(effective, ["defaults", "priority"]), 0);
  assert.equal(plainAt(effective, ["mounts", 0, "automount"]), false);
  assert.deepEqual(plainAt(effective, ["cache"]), { dirty: "256 MiB", readahead: "16 MiB" });
  assert.equal(plainAt(effective, ["mounts", 0, "sync-on-close"]), true);
  assert.deepEqual(plainAt(effective, ["mounts", 1, "cache"]), { memory: "4 GiB" });
});

test("how much memory a mount takes where nobody says so depends on the machine, and is not told", () => {
  assert.deepEqual(plainAt(read(example("tutorial")).effective, ["cache"]), { dirty: "64 MiB", readahead: "4 MiB" });
});

test("as a file, it means the same", () => {
  for (const name of ["tutorial", "two-sites", "one-machine"]) {
    const { model, effective } = read(example(name));
    const again = read(stringify(effective));
    assert.deepEqual({ ...again.model, hash: [] }, { ...model, hash: [] });
    assert.deepEqual(again.effective, effective);
  }
});

test("limits of units are told as they are written", () => {
  const text = example("tutorial").replace("192.0.2.75 }", "192.0.2.75, unit: { memory-max: 1 GiB } }");
  assert.deepEqual(plainAt(read(text).effective, ["servers", "host-75", "unit"]), { "memory-max": "1 GiB" });
});
