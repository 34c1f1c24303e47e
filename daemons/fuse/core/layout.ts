/** Where the fields of a C structure lie, from its declaration: little-endian, no padding but what is declared. */

const BYTES = { u16: 2, u32: 4, u64: 8 } as const;

/** A number names that many opaque bytes (an array, a structure within). */
export type FieldType = keyof typeof BYTES | number;

export type Layout<Name extends string = string> = {
  /** The whole structure, bytes. */
  readonly bytes: number;
  /** Offset of each field from the structure's begin, bytes. */
  readonly at: Readonly<Record<Name, number>>;
  readonly fields: Readonly<Record<Name, FieldType>>;
};

/**
 * Lays fields out in the order they are declared. linux/fuse.h pads its structures by hand to 64 bits, so that sums of
 * sizes are the offsets on every architecture.
 */
export function layout<const Fields extends Record<string, FieldType>>(fields: Fields): Layout<keyof Fields & string> {
  const at: Record<string, number> = {};
  let bytes = 0;
  for (const [name, type] of Object.entries(fields)) {
    at[name] = bytes;
    bytes += typeof type === "number" ? type : BYTES[type];
  }
  // Object.entries went through exactly the keys of Fields.
  return { bytes, at: at as Record<keyof Fields & string, number>, fields };
}
