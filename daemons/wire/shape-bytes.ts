import { countKind, type NumberKind, type Shape } from "./field.ts";

/** Bytes of each kind of number. */
export const NUMBER_BYTES = { u8: 1, u16: 2, u32: 4, u53: 8, i53: 8 } as const satisfies Record<NumberKind, number>;

/** Bytes that every value of a shape takes, however short: its numbers, lengths and counts. */
export function leastBytes(shape: Shape): number {
  switch (shape.kind) {
    case "bytes":
      return NUMBER_BYTES.u32;
    case "name":
      return NUMBER_BYTES.u16;
    case "text":
    case "list":
      return NUMBER_BYTES[countKind(shape.max)];
    case "struct":
      return Object.values(shape.fields).reduce((sum, field) => sum + leastBytes(field), 0);
    default:
      return NUMBER_BYTES[shape.kind];
  }
}
