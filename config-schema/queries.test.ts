import assert from "node:assert/strict";
import test from "node:test";
import { parseConfig } from "./parse-config.ts";
import {
  addressesAllowed,
  groupOf,
  hostsOf,
  leadOf,
  membershipsOf,
  membersOnHost,
  mountsOnHost,
  serverOf,
} from "./queries.ts";

const loaded = parseConfig(
  "f",
  `
version: 1
servers:
  left: { host: one, address: 192.0.2.1, port: 1 }
  right: { host: one, address: "::ffff:192.0.2.1", port: 2 }
  far: { address: "2001:DB8::2" }
groups:
  alpha: { index: 7, members: { left: { export: /a/l }, right: { export: /a/r }, far: { export: /a, priority: 9, permissions: write-only } } }
  beta: { index: 8, members: { far: { export: /b }, right: { export: /b, priority: 1 } } }
clients:
  desk: { address: 192.0.2.9 }
mounts:
  - { group: alpha, at: /mnt, on: [desk, one] }
`,
);
assert.ok(loaded.ok);
const { model } = loaded;
const [alpha, beta] = model.groups;
assert.ok(alpha && beta);

test("a group is found by its name, or by its index as a number or in digits", () => {
  assert.equal(groupOf(model, "beta"), beta);
  assert.equal(groupOf(model, 7), alpha);
  assert.equal(groupOf(model, "7"), alpha);
  assert.equal(groupOf(model, "07"), alpha);
  assert.equal(groupOf(model, "gamma"), undefined);
  assert.equal(groupOf(model, 1), undefined);
  assert.equal(groupOf(model, ""), undefined);
});

test("the lead is the read-write member with the highest priority, the first among equals", () => {
  assert.equal(leadOf(alpha).server.name, "left");
  assert.equal(leadOf(beta).server.name, "right");
});

test("a server's memberships are its exports", () => {
  const exports = membershipsOf(model, "right").map(({ group, member }) => [group.name, member.export]);
  assert.deepEqual(exports, [
    ["alpha", "/a/r"],
    ["beta", "/b"],
  ]);
  assert.deepEqual(membershipsOf(model, "nobody"), []);
});

test("the members on a host are those of all its servers", () => {
  assert.deepEqual(
    membersOnHost(model, "one").map(({ member }) => member.export),
    ["/a/l", "/a/r", "/b"],
  );
});

test("servers, mounts and hosts are found by name", () => {
  assert.equal(serverOf(model, "far")?.port, 1025);
  assert.equal(serverOf(model, "one"), undefined);
  assert.equal(mountsOnHost(model, "desk").length, 1);
  assert.equal(mountsOnHost(model, "far").length, 0);
  assert.deepEqual(hostsOf(model), ["one", "far", "desk"]);
});

test("allowed are the addresses of the file, in canonical form, each once", () => {
  assert.deepEqual(addressesAllowed(model), ["192.0.2.1", "2001:db8::2", "192.0.2.9"]);
});
