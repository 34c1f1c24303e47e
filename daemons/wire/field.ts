/**
 * The words in which messages are declared.
 *
 * A field is plain data: its shape on the wire, and (for the compiler only) the type of its value. The codec, the
 * fuzzers and docs/protocol.md each walk the shapes; none of them has a list of messages of its own. All numbers on
 * the wire are little-endian.
 */

/** Names of the fixed-size numbers. `u53` and `i53` take 8 bytes but hold safe integers only, so no BigInt is needed. */
export type NumberKind = "u8" | "u16" | "u32" | "u53" | "i53";

/** How a field looks on the wire. */
export type Shape =
  | { readonly kind: NumberKind }
  /** u32 length, then as many bytes. */
  | { readonly kind: "bytes"; readonly max: number }
  /** u16 length, then as many bytes, none of them zero. */
  | { readonly kind: "name"; readonly max: number }
  /** Length ({@link countKind} of `max`), then as many bytes of UTF-8. */
  | { readonly kind: "text"; readonly max: number }
  /** Count ({@link countKind} of `max`), then as many elements. */
  | { readonly kind: "list"; readonly of: Shape; readonly max: number }
  /** One after the other, in the order of declaration. */
  | { readonly kind: "struct"; readonly fields: ShapeMap };

/** Shapes of fields by name; order matters. */
export type ShapeMap = { readonly [name: string]: Shape };

/** A shape whose values have the type `T`. `T` exists for the compiler only. */
export type Field<T> = { readonly shape: Shape; readonly type?: T };
export type FieldMap = { readonly [name: string]: Field<unknown> };
export type ValueOf<F> = F extends Field<infer T> ? T : never;

const number = (kind: NumberKind): Field<number> => ({ shape: { kind } });

/** 0 to 255, one byte. */
export const u8 = number("u8");
/** 0 to 65,535, two bytes. */
export const u16 = number("u16");
/** 0 to 2^32-1, four bytes. */
export const u32 = number("u32");
/** 0 to 2^53-1 (Number.MAX_SAFE_INTEGER), eight bytes. */
export const u53 = number("u53");
/** -(2^53-1) to 2^53-1, eight bytes in two's complement. */
export const i53 = number("i53");

/**
 * Raw bytes. A decoded value is a view of the receive buffer, never a copy.
 * @param max Bytes at most.
 */
export const bytes = (max: number): Field<Uint8Array> => ({ shape: { kind: "bytes", max } });

/**
 * A file name, link target or xattr name: a string of the characters U+0001 to U+00FF, one a byte.
 * @param max Bytes at most, up to 65,535.
 */
export const name = (max: number): Field<string> => ({ shape: { kind: "name", max } });

/**
 * Text for people, as UTF-8. What is longer is cut by the encoder at the end of a character: a message must not be
 * lost because the reason that it gives is too long.
 * @param max Bytes of UTF-8 at most.
 */
export const text = (max: number): Field<string> => ({ shape: { kind: "text", max } });

/** @param max Elements at most. */
export const list = <T>(of: Field<T>, max: number): Field<readonly T[]> => ({
  shape: { kind: "list", of: of.shape, max },
});

/** Fields one after the other, as a record. */
export const struct = <F extends FieldMap>(fields: F): Field<StructOf<F>> => ({
  shape: { kind: "struct", fields: shapesOf(fields) },
});

/** What {@link struct} of these fields holds. */
export type StructOf<F extends FieldMap> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** One row of the table of messages. */
export type MessageSpec<Kind extends string = string, F extends FieldMap = FieldMap> = {
  /** The number on the wire, 1 to 65,535. */
  readonly type: number;
  readonly kind: Kind;
  /** Who sends it to whom and why, for docs/protocol.md. */
  readonly purpose: string;
  readonly fields: F;
};

/** Declares a message. Its fields follow the frame's header in the order given. */
export const message = <Kind extends string, F extends FieldMap>(
  type: number,
  kind: Kind,
  purpose: string,
  fields: F,
): MessageSpec<Kind, F> => ({ type, kind, purpose, fields });

/** The value that a message is in memory: its fields and its `kind`. */
export type MessageOf<M> =
  M extends MessageSpec<infer Kind, infer F>
    ? { readonly [K in keyof F | "kind"]: K extends "kind" ? Kind : K extends keyof F ? ValueOf<F[K]> : never }
    : never;

/** The shapes of fields. */
export const shapesOf = (fields: FieldMap): ShapeMap =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.shape]));

/** The number that tells how many bytes of text or elements of a list follow. */
export const countKind = (max: number): "u16" | "u32" => (max <= 0xffff ? "u16" : "u32");

/**
 * The last field of a message when it is `bytes`: the tail, which is sent from where it lies.
 * @returns The field's name, or undefined where the message has no tail.
 */
export function tailOf(fields: FieldMap): string | undefined {
  const last = Object.entries(fields).at(-1);
  return last?.[1].shape.kind === "bytes" ? last[0] : undefined;
}
