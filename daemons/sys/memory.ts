import koffi from "koffi";

/**
 * Memory as a system call takes it: a plain address (from {@link addressOf}), or the bytes themselves. Both cost the
 * same. With an address the caller keeps the bytes alive until the call is over.
 */
export type Address = number | Uint8Array;

/** The null pointer. */
export const NULL = 0;

/**
 * Where bytes lie. Asking moves small arrays out of V8's movable heap for good, so the answer stays true as long as the
 * array lives: keep a reference to it. User space ends below 2^47 (x86-64, arm64), so a number holds any address.
 * An empty array has the address 0.
 */
export const addressOf = (bytes: Uint8Array): number => Number(koffi.address(bytes));

/** A view for reading and writing structs within bytes: numbers are little-endian on every machine we run on. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const HIGH = 2 ** 32;

/** @returns A signed 64-bit number of a struct; exact within the safe integers. */
export const readI64 = (view: DataView, at: number): number =>
  view.getInt32(at + 4, true) * HIGH + view.getUint32(at, true);
/** @returns An unsigned 64-bit number of a struct; exact up to 2^53. */
export const readU64 = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true);
/** Writes a safe integer, which may be negative, as 64 bits. */
export function write64(view: DataView, at: number, value: number): void {
  view.setInt32(at + 4, Math.floor(value / HIGH), true);
  view.setUint32(at, value >>> 0, true);
}

/** limits.h: PATH_MAX; longer paths are refused by the kernel. */
const PATH_MAX = 4096;
/** Calls with two paths (rename, link) need two at once; the rest is margin. */
const SCRATCHES = 8;
const scratches: Buffer[] = [];
let turn = 0;

/**
 * A path or name as C has it: bytes and a NUL.
 *
 * @param latin1 One character a byte (`FileName`), without NUL: the string would end there.
 * @returns Bytes that stay valid until seven further calls on the same thread.
 */
export function cstring(latin1: string): Buffer {
  if (latin1.length > PATH_MAX) return Buffer.from(`${latin1}\0`, "latin1");
  let scratch = scratches[turn];
  if (scratch === undefined) {
    scratch = Buffer.allocUnsafeSlow(PATH_MAX + 1);
    scratches[turn] = scratch;
  }
  turn = (turn + 1) % SCRATCHES;
  scratch[scratch.write(latin1, 0, "latin1")] = 0;
  return scratch;
}

/** A list of pieces of memory for writev(2), readv(2), preadv2(2): struct iovec, 16 bytes each. */
export class IoVector {
  readonly address: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(count: number) {
    this.#bytes = Buffer.alloc(16 * count);
    this.#view = viewOf(this.#bytes);
    this.address = addressOf(this.#bytes);
  }

  /** @param base An address; its bytes must live until the call is over. */
  set(index: number, base: number, length: number): void {
    write64(this.#view, 16 * index, base);
    write64(this.#view, 16 * index + 8, length);
  }
}
