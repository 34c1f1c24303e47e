import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_STATE, statusLine } from "./status-line.ts";

const served = {
  address: "192.0.2.75",
  port: 1025,
  members: [
    { group: "pohtest", isLead: true },
    { group: "media", isLead: false },
  ],
  witnessOf: [],
};

test("a server says what it serves, where, and to how many", () => {
  assert.equal(
    statusLine(served, { mounts: 1, troubles: [] }, []),
    "serving pohtest as lead, media at 192.0.2.75:1025; 1 mount connected",
  );
});

test("what is wrong comes after", () => {
  assert.equal(
    statusLine(served, { mounts: 2, troubles: ["/srv/media: EIO"] }, ["the file has errors"]),
    "serving pohtest as lead, media at 192.0.2.75:1025; 2 mounts connected; /srv/media: EIO; the file has errors",
  );
});

test("a witness serves nothing, and says so", () => {
  const witness = { address: "2001:db8::1", port: 1025, members: [], witnessOf: [{ group: "g" }, { group: "h" }] };
  assert.equal(statusLine(witness, FIRST_STATE, []), "witness of g, h at [2001:db8::1]:1025");
});
