import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attributes } from "../core/attributes.ts";
import { ERRNO } from "../core/errno.ts";
import type { ClientId, FileName, Oid, Sequence, Version } from "../core/brand.ts";
import type { Caller } from "../core/caller.ts";
import type { Time } from "../core/time.ts";
import { shapesOf, tailOf, type Shape } from "./field.ts";
import { HEADER } from "./header.ts";
import { LIMIT, MESSAGES, type MessageOfKind } from "./messages.ts";

/** Bytes of the longest value of a shape. */
function mostBytes(shape: Shape): number {
  switch (shape.kind) {
    case "u8":
      return 1;
    case "u16":
      return 2;
    case "u32":
      return 4;
    case "u53":
    case "i53":
      return 8;
    case "list":
      return 4 + shape.max * mostBytes(shape.of);
    case "struct":
      return Object.values(shape.fields).reduce((sum, field) => sum + mostBytes(field), 0);
    default:
      return 4 + shape.max;
  }
}
const mostFrameBytes = (kind: string): number => {
  const spec = MESSAGES.find((row) => row.kind === kind);
  assert.ok(spec);
  return HEADER.bytes + mostBytes({ kind: "struct", fields: shapesOf(spec.fields) });
};

test("no number and no kind is used twice", () => {
  assert.equal(new Set(MESSAGES.map(({ type }) => type)).size, MESSAGES.length);
  assert.equal(new Set(MESSAGES.map(({ kind }) => kind)).size, MESSAGES.length);
  for (const { type } of MESSAGES) assert.ok(Number.isInteger(type) && type > 0 && type <= 0xffff);
});

test("no field is called `kind`, which tells messages apart", () => {
  for (const { fields } of MESSAGES) assert.ok(!("kind" in fields));
});

test("every frame at its longest is within the limit, but for listings, which their sender ends in time", () => {
  for (const { kind } of MESSAGES) {
    if (kind !== "entries")
      assert.ok(mostFrameBytes(kind) <= LIMIT.frameBytes, `${kind}: ${mostFrameBytes(kind)} bytes`);
  }
});

test("what is sent before `welcome` is within the limit of that time, longest fields and all", () => {
  for (const kind of ["hello", "welcome", "refused"]) assert.ok(mostFrameBytes(kind) <= LIMIT.helloBytes, kind);
});

test("the bulk messages end in their data, so that it can be sent from where it lies", () => {
  assert.equal(tailOf(MESSAGES.find(({ kind }) => kind === "data")?.fields ?? {}), "data");
  assert.equal(tailOf(MESSAGES.find(({ kind }) => kind === "write")?.fields ?? {}), "data");
});

test("every errno fits the fields that carry it", () => {
  for (const { number } of Object.values(ERRNO)) assert.ok(number <= 0xffff);
});

test("the compiler knows the types of the fields", () => {
  // Each line compiles only where the two types are the same.
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  type Lookup = {
    readonly kind: "lookup";
    readonly parent: Oid;
    readonly name: FileName;
    readonly caller: Caller;
    readonly lease: number;
  };
  type Beat = { readonly kind: "beat"; readonly n: number };
  type Origin = {
    readonly seq: Sequence;
    readonly settled: Sequence;
    readonly time: Time;
    readonly caller: Caller;
    readonly touches: readonly { readonly oid: Oid; readonly version: Version }[];
  };
  const checks: [
    Same<MessageOfKind<"lookup">, Lookup>,
    Same<MessageOfKind<"beat">, Beat>,
    Same<MessageOfKind<"done">, { readonly kind: "done" }>,
    Same<MessageOfKind<"opened">["client"], ClientId>,
    Same<MessageOfKind<"write">["data"], Uint8Array>,
    Same<MessageOfKind<"write">["origin"], Origin>,
    Same<MessageOfKind<"changed">["attributes"], readonly Attributes[]>,
  ] = [true, true, true, true, true, true, true];
  assert.ok(checks.every(Boolean));
});
