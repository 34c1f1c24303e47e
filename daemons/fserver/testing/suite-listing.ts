import assert from "node:assert/strict";
import { oid as toOid, ROOT_OID, type Oid } from "../../core/brand.ts";
import type { StoreDriver } from "./store-driver.ts";
import type { StoreUnderTest } from "./store-suite.ts";
import { tester } from "./suite-test.ts";

/** Listing of directories. */
export function listingSuite(kind: string, open: () => StoreUnderTest, skip: string | false): void {
  const test = tester(kind, open, skip);

  function fill(d: StoreDriver, count: number): Map<string, Oid> {
    const made = new Map<string, Oid>();
    for (let i = 0; i < count; i += 1) made.set(`file-${i}`, d.file(ROOT_OID, `file-${i}`));
    return made;
  }

  test("an empty directory lists nothing", (d) => {
    const listing = d.store.list(ROOT_OID, 0, 4_096);
    assert(listing.ok);
    assert.deepEqual([listing.value.entries, listing.value.end], [[], true]);
    assert.deepEqual(d.store.list(toOid(4_000_000), 0, 4_096), { ok: false, errno: "ESTALE" });
    assert.deepEqual(d.store.list(d.file(ROOT_OID, "file"), 0, 4_096), { ok: false, errno: "ENOTDIR" });
  });

  test("entries carry the attributes of their objects", (d) => {
    const file = d.file(ROOT_OID, "file");
    d.write(file, 0, "text");
    const listing = d.store.list(ROOT_OID, 0, 4_096);
    assert(listing.ok);
    assert.deepEqual(
      listing.value.entries.map(({ attributes }) => attributes),
      [d.attributes(file)],
    );
  });

  test("a listing in small pieces has each name once, and cookies are safe integers", (d) => {
    const made = fill(d, 500);
    const seen: string[] = [];
    let cookie = 0;
    for (let pieces = 0; ; pieces += 1) {
      const listing = d.store.list(ROOT_OID, cookie, 700);
      assert(listing.ok);
      assert(listing.value.entries.length <= 7);
      seen.push(...listing.value.entries.map(({ name }) => name));
      cookie = listing.value.cookie;
      assert(Number.isSafeInteger(cookie) && cookie >= 0);
      if (listing.value.end) break;
      assert(listing.value.entries.length > 0 && pieces < 1_000);
    }
    assert.deepEqual(seen.sort(), [...made.keys()].sort());
  });

  test("one name at a time is always listed, however little is asked for", (d) => {
    fill(d, 3);
    assert.equal(d.names(ROOT_OID, 1).length, 3);
  });

  test("what is removed or made while it is listed leaves the other names alone", (d) => {
    const made = fill(d, 600);
    const seen = new Map<string, number>();
    let cookie = 0;
    let round = 0;
    for (;;) {
      const listing = d.store.list(ROOT_OID, cookie, 4_000);
      assert(listing.ok);
      for (const { name, attributes } of listing.value.entries) {
        seen.set(name, (seen.get(name) ?? 0) + 1);
        // As rm -r does: what was listed is removed before the next piece is asked for.
        if (made.has(name)) assert.equal(d.remove(ROOT_OID, name, attributes.oid), "done");
      }
      d.file(ROOT_OID, `new-${round}`);
      round += 1;
      if (listing.value.end) break;
      cookie = listing.value.cookie;
    }
    for (const name of made.keys()) assert.equal(seen.get(name), 1, name);
    assert(d.names().every((name) => name.startsWith("new-")));
  });

  test("10,000 names are listed", (d) => {
    const made = fill(d, 10_000);
    assert.deepEqual(d.names(ROOT_OID, 1_048_576), [...made.keys()].sort());
  });
}
