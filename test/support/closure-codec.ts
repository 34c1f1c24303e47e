/**
 * The slow twin of the wire codec: closures that walk the shapes, a few lines for each. The tests hold the generated
 * codec against it, and bench/wire-codec.ts shows why it is not the one in use.
 */
import { countKind, shapesOf, type MessageSpec, type NumberKind, type Shape } from "../../daemons/wire/field.ts";
import { HEADER } from "../../daemons/wire/header.ts";

type Writer = { buffer: Buffer; at: number };
type Reader = { readonly buffer: Buffer; at: number; readonly end: number };
type Closures = { readonly write: (to: Writer, value: never) => void; readonly read: (from: Reader) => unknown };

/** Thrown by the reader on malformed input; the test turns it into a fault. */
export class Malformed extends Error {}

function take(from: Reader, count: number): number {
  if (from.end - from.at < count) throw new Malformed("short");
  from.at += count;
  return from.at - count;
}

/** Makes room for `count` more bytes. @returns Where they go, in the `buffer` as it is now. */
function room(to: Writer, count: number): number {
  if (to.buffer.length - to.at < count) to.buffer = Buffer.concat([to.buffer], 2 * (to.buffer.length + count));
  to.at += count;
  return to.at - count;
}

/** A writer of `count` bytes. */
const put =
  <T>(count: number, write: (buffer: Buffer, at: number, value: T) => void) =>
  (to: Writer, value: T): void => {
    const at = room(to, count);
    write(to.buffer, at, value);
  };

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Malformed("beyond 53 bits");
  return value;
}

const NUMBERS: Record<NumberKind, { write(to: Writer, value: number): void; read(from: Reader): number }> = {
  u8: {
    write: put(1, (buffer, at, v) => buffer.writeUInt8(v, at)),
    read: (from) => from.buffer.readUInt8(take(from, 1)),
  },
  u16: {
    write: put(2, (buffer, at, v) => buffer.writeUInt16LE(v, at)),
    read: (from) => from.buffer.readUInt16LE(take(from, 2)),
  },
  u32: {
    write: put(4, (buffer, at, v) => buffer.writeUInt32LE(v, at)),
    read: (from) => from.buffer.readUInt32LE(take(from, 4)),
  },
  u53: {
    write: put(8, (buffer, at, v) => buffer.writeBigUInt64LE(BigInt(v), at)),
    read: (from) => safe(Number(from.buffer.readBigUInt64LE(take(from, 8)))),
  },
  i53: {
    write: put(8, (buffer, at, v) => buffer.writeBigInt64LE(BigInt(v), at)),
    read: (from) => safe(Number(from.buffer.readBigInt64LE(take(from, 8)))),
  },
};

function counted(kind: NumberKind, max: number) {
  const { write, read } = NUMBERS[kind];
  return {
    write,
    read(from: Reader): number {
      const count = read(from);
      if (count > max) throw new Malformed("over its limit");
      return count;
    },
  };
}

function raw(
  kind: NumberKind,
  max: number,
  toBytes: (value: never) => Uint8Array,
  fromBytes: (bytes: Buffer) => unknown,
): Closures {
  const count = counted(kind, max);
  return {
    write(to, value) {
      const bytes = toBytes(value);
      count.write(to, bytes.length);
      const at = room(to, bytes.length);
      to.buffer.set(bytes, at);
    },
    read(from) {
      const length = count.read(from);
      const at = take(from, length);
      return fromBytes(from.buffer.subarray(at, at + length));
    },
  };
}

function listOf(of: Shape, max: number): Closures {
  const count = counted(countKind(max), max);
  const element = closuresOf(of);
  return {
    write(to, value: readonly never[]) {
      count.write(to, value.length);
      for (const each of value) element.write(to, each);
    },
    read(from) {
      const length = count.read(from);
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(element.read(from));
      return values;
    },
  };
}

function structOf(fields: { readonly [name: string]: Shape }): Closures {
  const parts = Object.entries(fields).map(([key, shape]) => ({ key, ...closuresOf(shape) }));
  return {
    write(to, value: Record<string, never>) {
      for (const { key, write } of parts) write(to, value[key] as never);
    },
    read(from) {
      const value: Record<string, unknown> = {};
      for (const { key, read } of parts) value[key] = read(from);
      return value;
    },
  };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function decodeText(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new Malformed("no UTF-8");
  }
}
function decodeName(bytes: Buffer): string {
  if (bytes.includes(0)) throw new Malformed("has a zero byte");
  return bytes.toString("latin1");
}

function closuresOf(shape: Shape): Closures {
  switch (shape.kind) {
    case "bytes":
      return raw(
        "u32",
        shape.max,
        (value: Uint8Array) => value,
        (bytes) => bytes,
      );
    case "name":
      return raw("u16", shape.max, (value: string) => Buffer.from(value, "latin1"), decodeName);
    case "text":
      return raw(countKind(shape.max), shape.max, (value: string) => Buffer.from(value, "utf8"), decodeText);
    case "list":
      return listOf(shape.of, shape.max);
    case "struct":
      return structOf(shape.fields);
    default:
      return NUMBERS[shape.kind] as Closures;
  }
}

/** Encoder and decoder of the frames of one message. `decode` wants the frame alone. @throws Malformed */
export function closureCodec(spec: MessageSpec) {
  const { write, read } = structOf(shapesOf(spec.fields));
  return {
    encode(message: object, request: number, epoch: number): Buffer {
      const to: Writer = { buffer: Buffer.allocUnsafe(256).fill(0, 0, HEADER.bytes), at: HEADER.bytes };
      write(to, message as never);
      to.buffer.writeUInt32LE(to.at, HEADER.length);
      to.buffer.writeUInt16LE(spec.type, HEADER.type);
      to.buffer.writeUInt32LE(request, HEADER.request);
      to.buffer.writeBigUInt64LE(BigInt(epoch), HEADER.epoch);
      return to.buffer.subarray(0, to.at);
    },
    decode(frame: Buffer): object {
      const from: Reader = { buffer: frame, at: HEADER.bytes, end: frame.length };
      const fields = read(from) as object;
      if (from.at !== from.end) throw new Malformed("bytes after its fields");
      return { kind: spec.kind, ...fields };
    },
  };
}
