/**
 * Messages to frames, and the way back.
 */
import { encoderOf } from "./codec.ts";
import { tailOf } from "./field.ts";
import { MESSAGES, type Message, type MessageKind } from "./messages.ts";

export { FrameDecoder, type Fault, type Frame } from "./frame-decoder.ts";

/** A frame in two parts, to be sent one after the other. `tail` is the message's own memory. */
export type FrameParts = { readonly head: Buffer; readonly tail: Uint8Array };

const NO_TAIL = new Uint8Array(0);
const tails = new Map<MessageKind, string | undefined>(MESSAGES.map((spec) => [spec.kind, tailOf(spec.fields)]));

/**
 * The whole frame in memory of its own.
 * @throws RangeError where a value does not fit its field: a bug of the caller.
 */
export function encodeFrame(message: Message, request: number, epoch: number): Buffer {
  return encoderOf(message.kind)(message, request, epoch, false);
}

/**
 * As {@link encodeFrame}, but where the last field of the message is `bytes` they are not copied.
 * @returns `tail` is empty for other messages.
 */
export function encodeFrameParts(message: Message, request: number, epoch: number): FrameParts {
  const head = encoderOf(message.kind)(message, request, epoch, true);
  const key = tails.get(message.kind);
  if (key === undefined) return { head, tail: NO_TAIL };
  return { head, tail: (message as unknown as Record<string, Uint8Array>)[key] as Uint8Array };
}
