import { decoderOf } from "../../wire/codec.ts";
import { HEADER } from "../../wire/header.ts";
import { encodeFrame } from "../../wire/frame.ts";
import { CHANGES, type Change, FIRST_EPOCH, type Message } from "../../wire/messages.ts";

const KINDS: ReadonlySet<string> = new Set(CHANGES.map(({ kind }) => kind));

/** Whether a message is a change. */
export const isChange = (message: Message): message is Change => KINDS.has(message.kind);

/** @param frame All bytes of one. @returns The change in it, as views of it, or undefined where it is none. */
export function decodeChange(frame: Buffer): Change | undefined {
  if (frame.length < HEADER.bytes || frame.readUInt32LE(HEADER.length) !== frame.length) return undefined;
  const decode = decoderOf(frame.readUInt16LE(HEADER.type));
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const message = decode?.(frame, view, HEADER.bytes, frame.length);
  return message !== undefined && typeof message !== "string" && isChange(message) ? message : undefined;
}

/** The change that was received last, and its frame. */
let received: { readonly change: Change; readonly frame: Buffer } | undefined;

/**
 * Remembers what a change was just decoded from: who writes it down or keeps it need not encode it again. It replaces the one
 * before, and the request in it is set to 0.
 *
 * @param frame A view that is valid as long as those in the change.
 */
export function rememberFrame(change: Change, frame: Buffer): void {
  frame.writeUInt32LE(0, HEADER.request);
  received = { change, frame };
}

/** @returns The frame of a change, with request 0. It may be a view: whoever keeps it copies it. */
export const frameOf = (change: Change): Buffer =>
  received?.change === change ? received.frame : encodeFrame(change, 0, FIRST_EPOCH);
