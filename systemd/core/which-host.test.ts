import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleModel } from "../../daemons/cli/core/example-model.ts";
import { unitsFor } from "./units-for.ts";
import { whichHost } from "./which-host.ts";

test("a machine is known by its whole name, else by the part before the first dot", () => {
  assert.equal(whichHost(exampleModel, "host-75"), "host-75");
  assert.equal(whichHost(exampleModel, "host-75.example.org"), "host-75");
  assert.equal(whichHost(exampleModel, "host-147.lan"), "host-147");
  assert.equal(whichHost(exampleModel, "stranger.example.org"), "stranger.example.org");
});

test("the same file and name give the same units", () => {
  assert.deepEqual(unitsFor(exampleModel, "host-75"), unitsFor(exampleModel, "host-75"));
  assert.equal(unitsFor(exampleModel, "stranger").units.size, 0);
});
