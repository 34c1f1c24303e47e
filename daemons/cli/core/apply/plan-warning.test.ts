import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleModel } from "../example-model.ts";
import { warningsOfModel } from "./plan-warning.ts";

const codes = (model: typeof exampleModel, host: string): string[] =>
  warningsOfModel(model, host).map(({ code }) => code);

test("two members and no witness are warned of on their hosts", () => {
  assert.deepEqual(codes(exampleModel, "host-75"), ["no-witness"]);
  assert.deepEqual(codes(exampleModel, "host-147"), []);
  const [group] = exampleModel.groups;
  assert.ok(group !== undefined);
  assert.deepEqual(codes({ ...exampleModel, groups: [{ ...group, witnesses: ["host-9"] }] }, "host-75"), []);
  assert.deepEqual(
    codes({ ...exampleModel, groups: [{ ...group, members: group.members.slice(0, 1) }] }, "host-75"),
    [],
  );
});

test("two members on one host are warned of, since a witness would not help", () => {
  const [group] = exampleModel.groups;
  assert.ok(group !== undefined);
  const members = group.members.map((one) => ({ ...one, server: { ...one.server, host: "one" } }));
  assert.deepEqual(codes({ ...exampleModel, groups: [{ ...group, members }] }, "one"), ["one-host"]);
});
