import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RequestBuffers } from "./request-buffers.ts";

describe("RequestBuffers", () => {
  test("a kept buffer is not the current one until it is given back", () => {
    const buffers = new RequestBuffers(64, 2);
    const first = buffers.current;
    const release = buffers.keep();
    assert.ok(release);
    assert.notEqual(buffers.current, first);
    release();
    buffers.keep();
    assert.equal(buffers.current, first);
  });

  test("no more are kept than the limit, and giving back twice counts once", () => {
    const buffers = new RequestBuffers(64, 2);
    const one = buffers.keep();
    const two = buffers.keep();
    assert.equal(buffers.keep(), undefined);
    one?.();
    one?.();
    assert.ok(buffers.keep());
    assert.equal(buffers.keep(), undefined);
    two?.();
  });
});
