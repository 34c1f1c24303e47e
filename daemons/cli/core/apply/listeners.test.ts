import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { addressDigits, parseListeners, takes } from "./listeners.ts";

test("who listens is found in the kernel's table", async () => {
  for (const [address, table] of [
    ["127.0.0.1", "tcp"],
    ["::1", "tcp6"],
  ] as const) {
    const server = createServer();
    await new Promise<void>((settle) => server.listen(0, address, settle));
    const { port } = server.address() as AddressInfo;
    const listeners = parseListeners(readFileSync(`/proc/net/${table}`, "utf8"));
    server.close();
    const found = listeners.filter((one) => takes(one, addressDigits(address), port));
    assert.equal(found.length, 1, address);
    assert.match(found[0]?.inode ?? "", /^[1-9][0-9]*$/);
    assert.ok(!listeners.some((one) => takes(one, addressDigits("192.0.2.1"), port)));
  }
});

test("a listener on all addresses takes them all", () => {
  const any = { address: "0".repeat(32), port: 7, inode: "1" };
  assert.ok(takes(any, addressDigits("192.0.2.1"), 7));
  assert.ok(takes({ ...any, address: "00000000" }, addressDigits("192.0.2.1"), 7));
  assert.ok(!takes(any, addressDigits("192.0.2.1"), 8));
});

test("addresses become digits", () => {
  assert.equal(addressDigits("192.0.2.75"), "c000024b");
  assert.equal(addressDigits("2001:db8::3"), "20010db8000000000000000000000003");
  assert.equal(addressDigits("::"), "0".repeat(32));
});
