import { decoderOf } from "../../wire/codec.ts";
import { HEADER } from "../../wire/header.ts";
import { CHANGES, type Change, type Message } from "../../wire/messages.ts";

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
