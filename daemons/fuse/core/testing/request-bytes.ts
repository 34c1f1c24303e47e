/** Builds requests as the kernel would send them, from the same table that decodes them. For tests. */
import type { Layout } from "../layout.ts";
import { type Memory, memoryOf } from "../memory.ts";
import type { Opcode } from "../opcodes.ts";
import { IN_HEADER } from "../structures.ts";

export type Values = Readonly<Record<string, number | bigint>>;

export type RequestParts = {
  readonly header: Values;
  readonly structure: Values;
  readonly tail: Uint8Array;
  readonly extensions: Uint8Array;
};

/** Writes the named values; fields that are not given, and opaque ones, stay as they are. */
export function writeFields(into: Memory, start: number, layout: Layout, values: Values): void {
  for (const [name, type] of Object.entries(layout.fields)) {
    const value = values[name];
    const at = start + (layout.at[name] ?? 0);
    if (value === undefined || typeof type === "number") continue;
    if (type === "u16") into.view.setUint16(at, Number(value), true);
    else if (type === "u32") into.view.setUint32(at, Number(value), true);
    else into.view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
  }
}

/** Reads all fields but opaque ones, 64-bit ones as bigint: a second way of reading, to compare the decoder with. */
export function readFields(from: Memory, start: number, layout: Layout): Record<string, number | bigint> {
  const values: Record<string, number | bigint> = {};
  for (const [name, type] of Object.entries(layout.fields)) {
    const at = start + (layout.at[name] ?? 0);
    if (type === "u16") values[name] = from.view.getUint16(at, true);
    else if (type === "u32") values[name] = from.view.getUint32(at, true);
    else if (type === "u64") values[name] = from.view.getBigUint64(at, true);
  }
  return values;
}

/** One request; its length is that of the memory. */
export function requestBytes(opcode: Opcode | number, parts: RequestParts): Memory {
  const structure: Layout = typeof opcode === "number" ? { bytes: 0, at: {}, fields: {} } : opcode.structure;
  const tail = IN_HEADER.bytes + structure.bytes;
  const end = tail + parts.tail.length;
  const memory = memoryOf(Buffer.alloc(end + parts.extensions.length));
  writeFields(memory, 0, IN_HEADER, {
    ...parts.header,
    length: memory.bytes.length,
    opcode: typeof opcode === "number" ? opcode : opcode.number,
    extensionWords: parts.extensions.length / 8,
  });
  writeFields(memory, IN_HEADER.bytes, structure, parts.structure);
  memory.bytes.set(parts.tail, tail);
  memory.bytes.set(parts.extensions, end);
  return memory;
}
