/**
 * The encoder and the decoder of each message, made from the table when they are first used.
 *
 * They are generated source, as the bench decided (bench/wire-codec.ts): closures that walk the shapes take several
 * times as long. The source is made from the table alone, never from input.
 */
import type { MessageSpec } from "./field.ts";
import { decoderSource } from "./generate-decoder.ts";
import { encoderSource } from "./generate-encoder.ts";
import { LIMIT, MESSAGES, type Message, type MessageKind } from "./messages.ts";
import { readName, readText, textBytes, writeName, writeText } from "./strings.ts";

/**
 * The frame of a message. With `apart` the bytes of its tail are left out (but counted in the header).
 * @throws RangeError where a value does not fit its field: a bug of the caller.
 */
export type Encode = (message: Message, request: number, epoch: number, apart: boolean) => Buffer;
/** The message whose fields lie in `at` to `end`, or what is wrong with them. `view` is of the same memory as `bytes`. */
export type Decode = (bytes: Buffer, view: DataView, at: number, end: number) => Message | string;

function wrong(path: string, value: unknown): never {
  throw new RangeError(`${path}: ${JSON.stringify(value)} cannot be sent`);
}

/** The last view, since Buffer.allocUnsafe cuts small buffers from one pool. It keeps one buffer alive, no more. */
let pool: DataView = new DataView(new ArrayBuffer(0));
/** A view of all the memory that `buffer` is cut from: offsets in it begin at `buffer.byteOffset`. */
function viewOf(buffer: Buffer): DataView {
  if (pool.buffer !== buffer.buffer) pool = new DataView(buffer.buffer);
  return pool;
}

const bound = {
  limit: LIMIT.frameBytes,
  allocate: Buffer.allocUnsafe,
  wrong,
  viewOf,
  textBytes,
  writeName,
  writeText,
  readName,
  readText,
};

function compile(parameters: string, body: string): unknown {
  const make = new Function(...Object.keys(bound), `"use strict"; return (${parameters}) => {\n${body}\n};`);
  return make(...Object.values(bound));
}

const specOf = new Map<MessageKind, MessageSpec>(MESSAGES.map((spec) => [spec.kind, spec]));
const specOfType = new Map<number, MessageSpec>(MESSAGES.map((spec) => [spec.type, spec]));
const encoders = new Map<MessageKind, Encode>();
const decoders: (Decode | undefined)[] = [];

export function encoderOf(kind: MessageKind): Encode {
  const known = encoders.get(kind);
  if (known !== undefined) return known;
  const spec = specOf.get(kind);
  if (spec === undefined) return wrong("kind", kind);
  const encode = compile("m, request, epoch, apart", encoderSource(spec)) as Encode;
  encoders.set(kind, encode);
  return encode;
}

/** @returns undefined where no message has this type. */
export function decoderOf(type: number): Decode | undefined {
  const known = decoders[type];
  if (known !== undefined) return known;
  const spec = specOfType.get(type);
  if (spec === undefined) return undefined;
  const decode = compile("bytes, view, at, end", decoderSource(spec)) as Decode;
  decoders[type] = decode;
  return decode;
}
