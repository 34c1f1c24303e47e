import type { Fault, Frame, FrameDecoder } from "../../daemons/wire/frame.ts";

/** A frame with no view of the decoder's buffer in it, so that it may be kept. */
export const kept = (frame: Frame): Frame => copyOf(frame) as Frame;

function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)]));
}

/**
 * Gives bytes to a decoder as a connection does: as much at a time as there is space, and at most what `chunk` says.
 * @returns The frames, and the fault where one ended it.
 */
export function feed(
  decoder: FrameDecoder,
  input: Uint8Array,
  chunk: () => number,
): { frames: Frame[]; fault?: Fault } {
  const frames: Frame[] = [];
  for (let at = 0; at < input.length; ) {
    const { buffer, start, end } = decoder.space();
    const count = Math.min(end - start, chunk(), input.length - at);
    if (count <= 0) throw new Error("no space");
    buffer.set(input.subarray(at, at + count), start);
    decoder.received(count);
    at += count;
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if ("fault" in frame) return { frames, fault: frame };
      frames.push(kept(frame));
    }
  }
  return { frames };
}
