import assert from "node:assert/strict";
import { test } from "node:test";
import { limitLines } from "./limit-lines.ts";
import { digestIn, serviceText, unitDigest } from "./service-text.ts";

const BEFORE = { Unit: [["Description", "x"]] } as const;
const LINES = [
  ["Type", "notify"],
  ["ExecStart", "/bin/true"],
] as const;

test("a service's text has the digest of itself without that line", () => {
  const text = serviceText(BEFORE, LINES);
  const digest = digestIn(text);
  assert.match(digest ?? "", /^[0-9a-f]{16}$/);
  assert.equal(unitDigest(text.replace(`Environment=POHMELFS_UNIT=${digest}\n`, "")), digest);
});

test("another line is another digest", () => {
  const other = serviceText(BEFORE, [...LINES, ["Nice", "5"]]);
  assert.notEqual(digestIn(other), digestIn(serviceText(BEFORE, LINES)));
});

test("what needs no restart is not in it", () => {
  const limited = serviceText(BEFORE, [...LINES, ["MemoryMax", "512M"], ["IPAddressAllow", "192.0.2.1"]]);
  assert.equal(digestIn(limited), digestIn(serviceText(BEFORE, LINES)));
});

test("a unit without one has none", () =>
  assert.equal(digestIn("[Unit]\nDescription=POHMELFS_UNIT=0123\n"), undefined));

test("limits are said as systemd reads them; what is not limited is not said", () => {
  const written = (lines: ReturnType<typeof limitLines>): string[] =>
    lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  assert.deepEqual(written(limitLines(undefined)), []);
  assert.deepEqual(
    written(limitLines({ memoryMaxBytes: 512 * 1024 ** 2, cpuWeight: 200, ioWeight: 50, tasksMax: 64, nice: 0 })),
    ["MemoryMax=512M", "CPUWeight=200", "IOWeight=50", "TasksMax=64", "Nice=0"],
  );
  assert.deepEqual(written(limitLines({ memoryMaxBytes: 1.5 * 1024 ** 3 })), ["MemoryMax=1536M"]);
  assert.deepEqual(written(limitLines({ memoryMaxBytes: 200_000_001 })), ["MemoryMax=200000001"]);
  assert.deepEqual(written(limitLines({ memoryMaxBytes: 2 * 1024 ** 4, nice: -20 })), ["MemoryMax=2T", "Nice=-20"]);
});
