import { ERRNO } from "../core/errno.ts";
import { MSG_NOSIGNAL } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, IoVector, viewOf, write64 } from "./memory.ts";

type Piece = { readonly bytes: Buffer; readonly address: number; from: number; to: number };

/** Small frames gather in blocks of this size. */
const BLOCK = 65_536;
/** Pieces that go out with one call. */
const PIECES = 16;
const AGAIN = -ERRNO.EAGAIN.number;
const EMPTY = new Uint8Array(0);

/** What a stream socket has not taken yet. Bytes go out in the order they came, and the caller may reuse its own. */
export class SendQueue {
  #pieces: Piece[] = [];
  #bytes = 0;
  /** A block to fill next, kept so that a steady flow of small frames makes no garbage. */
  #spare: Buffer | undefined;
  readonly #vector = new IoVector(PIECES);
  /** struct msghdr, all zero but the vector. */
  readonly #message = Buffer.alloc(56);
  readonly #view = viewOf(this.#message);

  constructor() {
    write64(this.#view, 16, this.#vector.address);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Sends at once what the socket takes and queues a copy of the rest. Only while nothing is queued. @returns 0 or -errno. */
  send(fd: number, head: Uint8Array, tail: Uint8Array = EMPTY): number {
    const sent = tail.length === 0 ? libc.send(fd, head, head.length, MSG_NOSIGNAL) : this.#sendBoth(fd, head, tail);
    if (sent < 0 && sent !== AGAIN) return sent;
    const taken = Math.max(0, sent);
    if (taken < head.length + tail.length) this.push(head, tail, taken);
    return 0;
  }

  /** Queues a copy of what follows the first `skip` bytes. */
  push(head: Uint8Array, tail: Uint8Array = EMPTY, skip = 0): void {
    if (skip < head.length) this.#append(skip === 0 ? head : head.subarray(skip));
    const skipTail = Math.max(0, skip - head.length);
    if (skipTail < tail.length) this.#append(skipTail === 0 ? tail : tail.subarray(skipTail));
  }

  /** Sends what the socket takes of what is queued. @returns 0, also when not all of it went, or -errno. */
  flush(fd: number): number {
    while (this.#bytes > 0) {
      const count = Math.min(PIECES, this.#pieces.length);
      let offered = 0;
      for (let i = 0; i < count; i++) {
        const piece = this.#pieces[i];
        if (piece === undefined) break;
        this.#vector.set(i, piece.address + piece.from, piece.to - piece.from);
        offered += piece.to - piece.from;
      }
      const sent = this.#sendVector(fd, count);
      if (sent < 0) return sent === AGAIN ? 0 : sent;
      this.#drop(sent);
      if (sent < offered) return 0;
    }
    return 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#spare = undefined;
  }

  #sendBoth(fd: number, head: Uint8Array, tail: Uint8Array): number {
    this.#vector.set(0, addressOf(head), head.length);
    this.#vector.set(1, addressOf(tail), tail.length);
    return this.#sendVector(fd, 2);
  }

  // sendmsg(2) and not writev(2): a peer that went away must give EPIPE, never SIGPIPE.
  #sendVector(fd: number, count: number): number {
    write64(this.#view, 24, count);
    return libc.sendmsg(fd, this.#message, MSG_NOSIGNAL);
  }

  #append(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.bytes.length - last.to >= bytes.length) {
      last.bytes.set(bytes, last.to);
      last.to += bytes.length;
      return;
    }
    const block = this.#block(bytes.length);
    block.set(bytes, 0);
    this.#pieces.push({ bytes: block, address: addressOf(block), from: 0, to: bytes.length });
  }

  #block(size: number): Buffer {
    if (size > BLOCK) return Buffer.allocUnsafeSlow(size);
    const block = this.#spare ?? Buffer.allocUnsafeSlow(BLOCK);
    this.#spare = undefined;
    return block;
  }

  #drop(sent: number): void {
    this.#bytes -= sent;
    let left = sent;
    let done = 0;
    for (const piece of this.#pieces) {
      const here = Math.min(left, piece.to - piece.from);
      piece.from += here;
      left -= here;
      if (piece.from < piece.to) break;
      if (piece.bytes.length === BLOCK) this.#spare = piece.bytes;
      done++;
    }
    this.#pieces.splice(0, done);
  }
}
