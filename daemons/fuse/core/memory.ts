/**
 * Raw memory that the kernel reads and writes, with both ways of looking at it.
 *
 * A DataView reads a u32 four times faster than Buffer.readUInt32LE, and making a view for each request would cost as
 * much as decoding it; so each buffer has one for life.
 */
export type Memory = { readonly bytes: Buffer; readonly view: DataView };

export const memoryOf = (bytes: Buffer): Memory => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

const TWO_32 = 0x1_0000_0000;
/** The high half of 2^53. */
const SAFE_HIGH = 0x20_0000;

/** @returns An unsigned 64-bit number; 2^53-1 for everything above it (2^63-1 stands for "to the end" in lock ranges). */
export function readU64(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high < SAFE_HIGH ? high * TWO_32 + view.getUint32(at, true) : Number.MAX_SAFE_INTEGER;
}

/** @returns A signed 64-bit number, held within the safe integers. */
export function readI64(view: DataView, at: number): number {
  const high = view.getInt32(at + 4, true);
  if (high >= SAFE_HIGH) return Number.MAX_SAFE_INTEGER;
  if (high < -SAFE_HIGH) return Number.MIN_SAFE_INTEGER;
  return Math.max(high * TWO_32 + view.getUint32(at, true), Number.MIN_SAFE_INTEGER);
}

/** @param value A safe integer; a negative one becomes its two's complement. */
export function writeU64(view: DataView, at: number, value: number): void {
  // setUint32 takes its argument modulo 2^32, of negative numbers too.
  view.setUint32(at, value, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
}
