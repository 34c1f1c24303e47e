import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseGroup } from "./choose-group.ts";
import { exportInTheWay } from "../../client/core/export-in-the-way.ts";
import { exampleModel } from "./example-model.ts";

const because = (spec: string, index?: number): string => {
  const chosen = chooseGroup(exampleModel, spec, index);
  return chosen.ok ? chosen.value.name : `${chosen.errno}: ${chosen.because}`;
};

test("a group is named, or given by its index", () => {
  assert.equal(because("pohtest"), "pohtest");
  assert.equal(because("none", 1), "pohtest");
  assert.equal(because("pohtest", 1), "pohtest");
});

test("a group that is not there is told with those that are", () => {
  assert.equal(
    because("pohtset"),
    "ENOENT: /etc/pohmelfs.yaml has no group 'pohtset' (did you mean 'pohtest'?); it has pohtest (idx=1)",
  );
  assert.equal(because("none", 7), "ENOENT: /etc/pohmelfs.yaml has no group with index 7; it has pohtest (idx=1)");
});

test("a name and an index that disagree, or say nothing, are a wrong call", () => {
  assert.equal(because("other", 1), "EINVAL: idx=1 is group 'pohtest', not 'other'");
  assert.match(because("none"), /^EINVAL: 'none' needs the option idx=N/);
});

test("a mount over, in or around an export of this machine is found", () => {
  const here = new Set(["host-75", "127.0.0.1"]);
  const found = (at: string, machine: ReadonlySet<string> = here) =>
    exportInTheWay(exampleModel, at, machine)?.server.name;
  assert.equal(found("/opt/pohtest"), "host-75");
  assert.equal(found("/opt/pohtest/below"), "host-75");
  assert.equal(found("/opt"), "host-75");
  assert.equal(found("/"), "host-75");
  assert.equal(found("/opt/pohtest2"), undefined);
  assert.equal(found("/opt/pohtest", new Set(["host-147", "192.0.2.147"])), undefined);
  assert.equal(found("/opt/pohtest", new Set(["renamed", "192.0.2.166"])), "host-166");
});
