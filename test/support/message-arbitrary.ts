/**
 * Random messages, made from the table: a message is tested the day it is declared.
 */
import fc from "fast-check";
import { shapesOf, type MessageSpec, type NumberKind, type Shape, type ShapeMap } from "../../daemons/wire/field.ts";
import { MESSAGES, type Message, type MessageKind, type MessageOfKind } from "../../daemons/wire/messages.ts";

/** Elements and bytes at most, where the table allows more: the greatest sizes have tests of their own. */
const LIST = 6;
const BYTES = 600;

/** Numbers about which codecs are wrong, besides any others. */
const within = (min: number, max: number, edges: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, ...edges));

const NUMBERS: Record<NumberKind, fc.Arbitrary<number>> = {
  u8: within(0, 2 ** 8 - 1, [1]),
  u16: within(0, 2 ** 16 - 1, [1, 255, 256]),
  u32: within(0, 2 ** 32 - 1, [1, 2 ** 31 - 1, 2 ** 31, 2 ** 16]),
  u53: within(0, Number.MAX_SAFE_INTEGER, [1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52]),
  i53: within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, [
    0,
    1,
    -1,
    2 ** 32,
    -(2 ** 32),
    -(2 ** 32) - 1,
    2 ** 31,
  ]),
};

const nameOf = (max: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ min: 1, max: 255, maxLength: Math.min(max, BYTES) })
    .map((name) => Buffer.from(name).toString("latin1"));

const textOf = (max: number): fc.Arbitrary<string> =>
  fc.string({ unit: "binary", maxLength: Math.min(max, 40) }).filter((text) => Buffer.byteLength(text) <= max);

const recordOf = (shapes: ShapeMap): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, anyValue(shape)])), {
    noNullPrototype: true,
  });

function anyValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "bytes":
      return fc.uint8Array({ maxLength: Math.min(shape.max, BYTES) }).map((bytes) => Buffer.from(bytes));
    case "name":
      return nameOf(shape.max);
    case "text":
      return textOf(shape.max);
    case "list":
      return fc.array(anyValue(shape.of), { maxLength: Math.min(shape.max, LIST) });
    case "struct":
      return recordOf(shape.fields);
    default:
      return NUMBERS[shape.kind];
  }
}

/** Any message of one row of the table. */
export const messageOf = (spec: MessageSpec): fc.Arbitrary<Message> =>
  recordOf(shapesOf(spec.fields)).map((fields) => ({ kind: spec.kind, ...fields }) as unknown as Message);

/** Any message of one kind. */
export function messageOfKind<Kind extends MessageKind>(kind: Kind): fc.Arbitrary<MessageOfKind<Kind>> {
  const spec = MESSAGES.find((row) => row.kind === kind);
  if (spec === undefined) throw new Error(`no message ${kind}`);
  return messageOf(spec) as fc.Arbitrary<MessageOfKind<Kind>>;
}

/** Any message at all. */
export const anyMessage = (): fc.Arbitrary<Message> => fc.oneof(...MESSAGES.map(messageOf));
/** Any request id. */
export const anyRequest = (): fc.Arbitrary<number> => NUMBERS.u32;
/** Any epoch. */
export const anyEpoch = (): fc.Arbitrary<number> => NUMBERS.u53;
