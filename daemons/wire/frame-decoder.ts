import { type Decode, decoderOf } from "./codec.ts";
import { HEADER } from "./header.ts";
import { LIMIT, type Message } from "./messages.ts";

/** What a frame carries. */
export type Frame = {
  readonly message: Message;
  /** Chosen by who asks and repeated in the answer; 0 where nothing is asked or answered. */
  readonly request: number;
  /** Of the view that the sender is in. */
  readonly epoch: number;
};

/** What is wrong with the bytes of the peer. The connection must be closed: where the next frame begins is not known. */
export type Fault = { readonly fault: string };

/** Where to receive: `buffer[start]` to `buffer[end - 1]`. */
export type Space = { readonly buffer: Buffer; readonly start: number; readonly end: number };

/** Bytes of the buffer while only small frames come. */
const SMALL = 65_536;
/** From this many bytes on a frame is received alone, so that the next one begins at the start and is not moved. */
const LARGE = 65_536;
/** Room before a frame of the greatest size, so that one that follows small ones need not be moved. */
const SLACK = 65_536;
/** Upper half of 2^53-1. */
const EPOCH_HIGH_MAX = 0x1f_ffff;

/**
 * Bytes in, frames out, at any chunk borders: receive into {@link space}, say how much with {@link received}, then
 * take frames with {@link next} until there is none.
 *
 * It owns one buffer, of at most the limit and 64 KiB, which grows when a frame that needs it has begun. The `bytes`
 * of a decoded message are views of it, valid until the next call of {@link space}.
 */
export class FrameDecoder {
  #buffer: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#buffer.buffer, 0, 0);
  /** Undecoded bytes are those from #from to #to. */
  #from = 0;
  #to = 0;
  /** Where the frame told last begins; it ends at #from. */
  #last = 0;
  #limit: number = LIMIT.helloBytes;
  #fault: Fault | undefined;

  /** Bytes that a frame may have from now on, header included. It begins with LIMIT.helloBytes. */
  limit(bytes: number): void {
    this.#limit = bytes;
  }

  /**
   * Where to receive into. It has room whenever {@link next} has been called until it had nothing more; call it only
   * then, since it ends the life of views.
   */
  space(): Space {
    if (this.#from === this.#to) {
      this.#from = 0;
      this.#to = 0;
    }
    const wanted = this.#frameBytes();
    if (wanted < LARGE) {
      // What is left of a small frame is moved once, so that every receive has the whole buffer before it.
      if (this.#from > 0 || this.#buffer.length < Math.min(SMALL, this.#limit)) this.#makeRoom(wanted);
      return { buffer: this.#buffer, start: this.#to, end: this.#buffer.length };
    }
    if (this.#from + wanted > this.#buffer.length) this.#makeRoom(wanted);
    return { buffer: this.#buffer, start: this.#to, end: Math.max(this.#from + wanted, this.#to) };
  }

  /** @param bytes How many were received into {@link space}. */
  received(bytes: number): void {
    if (!(bytes >= 0 && this.#to + bytes <= this.#buffer.length)) throw new RangeError(`received ${bytes} bytes`);
    this.#to += bytes;
  }

  /** @returns The next frame; undefined when more bytes are needed; after a fault always that. */
  next(): Frame | undefined | Fault {
    if (this.#fault !== undefined) return this.#fault;
    const have = this.#to - this.#from;
    if (have < 4) return undefined;
    const at = this.#from;
    const length = this.#view.getUint32(at + HEADER.length, true);
    if (length < HEADER.bytes) return this.#fail(`a frame of ${length} bytes`);
    if (length > this.#limit) return this.#fail(`a frame of ${length} bytes, over the limit of ${this.#limit}`);
    if (have < HEADER.bytes) return undefined;
    const wrong = this.#wrongHeader(at);
    if (wrong !== undefined) return this.#fail(wrong);
    if (have < length) return undefined;
    this.#last = at;
    this.#from = at + length;
    return this.#decode(at, at + length);
  }

  /** @returns All bytes of the frame that {@link next} gave last: a view, valid as long as those in its message. */
  lastFrame(): Buffer {
    return this.#buffer.subarray(this.#last, this.#from);
  }

  /** Looked at before the rest of the frame is there, so that no memory is spent on what will be refused. */
  #wrongHeader(at: number): string | undefined {
    const view = this.#view;
    const type = view.getUint16(at + HEADER.type, true);
    const flags = view.getUint16(at + HEADER.flags, true);
    if (flags !== 0) return `unknown flags ${flags}`;
    if (view.getUint32(at + HEADER.reserved, true) !== 0) return "a reserved field is not 0";
    if (view.getUint32(at + HEADER.epoch + 4, true) > EPOCH_HIGH_MAX) return "epoch: beyond 53 bits";
    if (decoderOf(type) === undefined) return `unknown message type ${type}`;
    return undefined;
  }

  #decode(at: number, end: number): Frame | Fault {
    const view = this.#view;
    const decode = decoderOf(view.getUint16(at + HEADER.type, true)) as Decode; // as #wrongHeader has seen
    const message = decode(this.#buffer, view, at + HEADER.bytes, end);
    if (typeof message === "string") return this.#fail(message);
    const epoch = view.getUint32(at + HEADER.epoch + 4, true) * 4_294_967_296 + view.getUint32(at + HEADER.epoch, true);
    return { message, request: view.getUint32(at + HEADER.request, true), epoch };
  }

  #fail(fault: string): Fault {
    this.#fault = { fault };
    return this.#fault;
  }

  /** Bytes of the frame that has begun, as far as that is known; at least a header's. */
  #frameBytes(): number {
    if (this.#to - this.#from < 4) return HEADER.bytes;
    return Math.min(Math.max(this.#view.getUint32(this.#from, true), HEADER.bytes), this.#limit);
  }

  /** Moves the begun frame to the start, into a larger buffer where it does not fit in this one. */
  #makeRoom(wanted: number): void {
    const { length } = this.#buffer;
    const least = wanted <= SMALL ? Math.min(SMALL, this.#limit) : this.#limit + SLACK;
    if (length >= wanted && length >= least) {
      this.#buffer.copyWithin(0, this.#from, this.#to);
    } else {
      const larger = Buffer.allocUnsafeSlow(Math.max(least, wanted));
      this.#buffer.copy(larger, 0, this.#from, this.#to);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
    }
    this.#to -= this.#from;
    this.#from = 0;
  }
}
