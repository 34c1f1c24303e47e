import assert from "node:assert/strict";
import { test } from "node:test";
import { missingRights } from "./missing-rights.ts";

test("root has all rights, nobody has none, and what is missing is named", () => {
  assert.deepEqual(missingRights("Name:\tnode\nCapEff:\t000001ffffffffff\n"), []);
  assert.ok(missingRights("CapEff:\t0000000000000000\n").includes("CAP_SETUID"));
  assert.deepEqual(missingRights("CapEff:\t00000000082000cf\n"), ["CAP_FSETID"]);
  assert.equal(missingRights("").length, 9);
});
