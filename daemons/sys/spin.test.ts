import assert from "node:assert/strict";
import { test } from "node:test";
import { Spin } from "./spin.ts";

test("a quiet loop never spins", () => {
  const spin = new Spin();
  for (let i = 0; i < 100; i++) spin.slept(10_000);
  assert.equal(spin.worthwhile(), false);
});

test("a burst of events makes it spin, and it goes on as long as spinning catches something", () => {
  const spin = new Spin();
  for (let i = 0; i < 4; i++) spin.slept(100);
  assert.equal(spin.worthwhile(), true);
  for (let i = 0; i < 100; i++) spin.caught();
  assert.equal(spin.worthwhile(), true);
});

test("after the burst few spins are in vain", () => {
  const spin = new Spin();
  for (let i = 0; i < 100; i++) spin.caught();
  let wasted = 0;
  for (let i = 0; i < 100; i++) {
    if (spin.worthwhile()) {
      spin.missed();
      wasted++;
    }
    spin.slept(5000);
  }
  assert.ok(wasted <= 4, `${wasted} in vain`);
});

test("events that come a little too late for spinning cost a spin now and then only", () => {
  const spin = new Spin();
  let wasted = 0;
  for (let i = 0; i < 1000; i++) {
    if (spin.worthwhile()) {
      spin.missed();
      wasted++;
    }
    spin.slept(150);
  }
  assert.ok(wasted <= 300, `${wasted} in vain`);
});
