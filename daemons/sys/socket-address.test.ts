import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeSocketAddress, encodeSocketAddress, showSocketAddress } from "./socket-address.ts";

test("every address comes back from its bytes as people write it", () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  fc.assert(
    fc.property(fc.ipV4(), port, (address, number) => {
      const bytes = encodeSocketAddress({ address, port: number });
      assert.ok(bytes);
      assert.deepEqual(decodeSocketAddress(bytes), { address, port: number });
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), port, (address, number) => {
      const bytes = encodeSocketAddress({ address, port: number });
      assert.ok(bytes);
      const decoded = decodeSocketAddress(bytes);
      assert.ok(decoded);
      const again = encodeSocketAddress(decoded);
      // An address that maps IPv4 comes back as IPv4: only that is shorter.
      if (again?.length === bytes.length) assert.deepEqual(again, bytes);
      else assert.match(decoded.address, /^\d+\.\d+\.\d+\.\d+$/);
      assert.equal(decoded.port, number);
    }),
  );
});

test("IPv6 addresses are shortened by the rules of RFC 5952", () => {
  const shown = (address: string): string | undefined => {
    const bytes = encodeSocketAddress({ address, port: 1025 });
    return bytes && decodeSocketAddress(bytes)?.address;
  };
  assert.equal(shown("2001:0db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  assert.equal(shown("::"), "::");
  assert.equal(shown("::1"), "::1");
  assert.equal(shown("1::"), "1::");
  assert.equal(shown("1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7");
  assert.equal(shown("::ffff:192.0.2.75"), "192.0.2.75");
  assert.equal(shown("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
});

test("what is no address in numbers has no bytes", () => {
  for (const address of ["", "localhost", "1.2.3", "1.2.3.4.5", ":::", "fe80::1%eth0", "[::1]", "host-75"]) {
    assert.equal(encodeSocketAddress({ address, port: 1 }), undefined, address);
  }
});

test("an IPv6 address is shown in brackets before its port", () => {
  assert.equal(showSocketAddress({ address: "2001:db8::1", port: 1025 }), "[2001:db8::1]:1025");
  assert.equal(showSocketAddress({ address: "192.0.2.75", port: 1025 }), "192.0.2.75:1025");
});
