import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mountedAt, parseMountTable } from "./mount-table.ts";

const TEXT = `22 27 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
60 27 0:55 / /opt/poh\\040test rw,relatime shared:1 master:2 - fuse.pohmelfs pohtest rw,user_id=0
61 27 0:56 / /opt/poh\\040test rw - tmpfs none rw
`;

test("mounts are read with their escapes undone, whatever optional fields there are", () => {
  assert.deepEqual(parseMountTable(TEXT)[1], {
    at: "/opt/poh test",
    type: "fuse.pohmelfs",
    source: "pohtest",
    device: "0:55",
  });
});

test("of several mounts at one directory the last is seen", () => {
  assert.equal(mountedAt(parseMountTable(TEXT), "/opt/poh test")?.type, "tmpfs");
  assert.equal(mountedAt(parseMountTable(TEXT), "/opt"), undefined);
});

test("any text gives a list", () => {
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseMountTable(text))));
});
