import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fileName, oid, version, type FileName } from "../../core/brand.ts";
import type { Invalidation } from "../../fuse/core/invalidation.ts";
import { LEASE } from "../../wire/messages.ts";
import { forgettingOf, tell, tellName, tellPages, type Forgetting } from "./forgetting.ts";
import { newHeld, type Held } from "./held-lease.ts";

const DIRECTORY = oid(3);
const held = (): Held => newHeld(LEASE.read, version(1), undefined);
const at = (nowMs: number, some: Partial<Forgetting> = {}): Forgetting => ({
  nowMs,
  canExpireNames: true,
  isBusy: false,
  isWritten: false,
  ...some,
});
const nameOf = (number: number): FileName => fileName(`n${number}`);

test("what was told nothing of need not be forgotten, nor what is believed no more", () => {
  const one = held();
  assert.deepEqual(forgettingOf(DIRECTORY, one.told, at(0)), []);
  tell(one, 100);
  assert.deepEqual(forgettingOf(DIRECTORY, one.told, at(99)), [{ kind: "attributes", oid: DIRECTORY }]);
  assert.deepEqual(forgettingOf(DIRECTORY, one.told, at(100)), []);
});

test("names are forgotten one by one; many of them, or with requests in the directory, all at once where that can be", () => {
  const few = held();
  tellName(few, 100, nameOf(1), true);
  const one = { kind: "name", parent: DIRECTORY, name: nameOf(1) };
  const attributes = { kind: "attributes", oid: DIRECTORY };
  assert.deepEqual(forgettingOf(DIRECTORY, few.told, at(0)), [attributes, one]);
  assert.deepEqual(forgettingOf(DIRECTORY, few.told, at(0, { isBusy: true })), [attributes, { kind: "names" }]);
  assert.deepEqual(forgettingOf(DIRECTORY, few.told, at(0, { isBusy: true, canExpireNames: false })), [
    attributes,
    one,
  ]);
  const many = held();
  for (let number = 0; number < 100; number += 1) tellName(many, 100, nameOf(number), true);
  assert.deepEqual(forgettingOf(DIRECTORY, many.told, at(0)), [attributes, { kind: "names" }]);
  const old = held();
  for (let number = 0; number < 100; number += 1) tellName(old, 100, nameOf(number), false);
  assert.equal(forgettingOf(DIRECTORY, old.told, at(0, { canExpireNames: false })).length, 101);
});

test("pages are forgotten however old they are; while a write waits, the attributes by which they are checked", () => {
  const one = held();
  tellPages(one);
  assert.deepEqual(forgettingOf(DIRECTORY, one.told, at(1_000)), [{ kind: "all", oid: DIRECTORY }]);
  const written = forgettingOf(DIRECTORY, one.told, at(1_000, { isWritten: true }));
  assert.deepEqual(written, [{ kind: "attributes", oid: DIRECTORY }]);
});

/** What a kernel believes of an object, and until when. */
class Believing {
  attributesMs = 0;
  readonly names = new Map<FileName, number>();
  pages = false;

  forget(what: readonly Invalidation[]): void {
    for (const one of what) {
      if (one.kind === "names") this.names.clear();
      else if (one.kind === "name") this.names.delete(one.name);
      else this.attributesMs = 0;
      if (one.kind === "all") this.pages = false;
    }
  }
}

type Step =
  | { readonly kind: "attributes" | "pages"; readonly ms: number }
  | { readonly kind: "name"; readonly ms: number; readonly name: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("attributes" as const, "pages" as const), ms: fc.nat(200) }),
    fc.record({ kind: fc.constant("name" as const), ms: fc.nat(200), name: fc.nat(120) }),
  ),
  { maxLength: 200 },
);

test("whatever the kernel was told, once it has forgotten it believes nothing without asking", () => {
  const how = fc.record({
    nowMs: fc.nat(200),
    canExpireNames: fc.boolean(),
    isBusy: fc.boolean(),
    isWritten: fc.boolean(),
  });
  fc.assert(
    fc.property(steps, how, (told: readonly Step[], forgetting) => {
      const one = held();
      const kernel = new Believing();
      for (const step of told) {
        if (step.kind === "name") {
          const name = nameOf(step.name);
          tellName(one, step.ms, name, forgetting.canExpireNames);
          kernel.names.set(name, Math.max(kernel.names.get(name) ?? 0, step.ms));
        } else if (step.kind === "pages") {
          tellPages(one);
          kernel.pages = true;
        } else {
          tell(one, step.ms);
          kernel.attributesMs = Math.max(kernel.attributesMs, step.ms);
        }
      }
      kernel.forget(forgettingOf(DIRECTORY, one.told, forgetting));
      const { nowMs, isWritten } = forgetting;
      assert.ok(kernel.attributesMs <= nowMs, "attributes");
      for (const [name, ms] of kernel.names) assert.ok(ms <= nowMs, name);
      assert.ok(!kernel.pages || isWritten, "pages");
    }),
  );
});
