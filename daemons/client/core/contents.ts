import type { Oid, Version } from "../../core/brand.ts";
import type { Held } from "./held-lease.ts";
import type { Operation } from "./operation.ts";
import type { ClientPorts } from "./ports.ts";
import { UnderWay } from "./under-way.ts";

/** What files hold is kept in pieces of so many bytes, each at a multiple of that; only a file's last one is shorter. */
export const PIECE_BYTES = 131_072;

export type ContentsOptions = {
  readonly ports: Pick<ClientPorts, "after">;
  /** See `LeaseHolder.readable`. */
  readonly readable: (oid: Oid) => Held | undefined;
  /** Asks a member for a piece. @param done Called once; undefined: it is not to be had. */
  readonly ask: (oid: Oid, offset: number, done: (data: Uint8Array | undefined) => void) => void;
  /** Most bytes that may be kept. */
  readonly roomBytes: () => number;
};

/** Pieces of a file, as they were asked for under a lease, and no change of this client. */
type File = {
  readonly held: Held;
  readonly begun: number;
  readonly version: Version;
  readonly pieces: Map<number, Uint8Array>;
};

/**
 * What was read of files before the kernel asked for it. It is true under the lease of the file that was held when a
 * member was asked, for as long as that is held and this client changes nothing under it. The rest is in the kernel's
 * page cache. Files that were not read for longest are forgotten first.
 */
export class Contents {
  readonly #options: ContentsOptions;
  /** Used last, last. */
  readonly #files = new Map<Oid, File>();
  /** Pieces that are asked for, by {@link keyOf}. */
  readonly #underWay: UnderWay<string>;
  #bytes = 0;

  constructor(options: ContentsOptions) {
    this.#options = options;
    this.#underWay = new UnderWay(options.ports);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether all of a file of this size may be kept. */
  fits(size: number): boolean {
    return size <= this.#options.roomBytes();
  }

  /** @returns What a file has there, shorter only at its end; undefined: that is not kept. A view. */
  read(oid: Oid, offset: number, length: number): Uint8Array | undefined {
    const pieces = this.#valid(oid)?.pieces;
    const at = Math.floor(offset / PIECE_BYTES);
    const begin = offset - at * PIECE_BYTES;
    const piece = pieces?.get(at);
    // What goes on in the next piece is too large to be asked for ahead.
    if (piece === undefined || (begin + length > PIECE_BYTES && piece.length === PIECE_BYTES)) return undefined;
    return piece.subarray(Math.min(begin, piece.length), Math.min(begin + length, piece.length));
  }

  /**
   * Asks for the piece with this offset in it, where a lease is held and it is not kept.
   * @param done Called once, if it has begun.
   * @returns Whether it has.
   */
  fetch(oid: Oid, offset: number, done: () => void): boolean {
    const at = Math.floor(offset / PIECE_BYTES);
    const key = keyOf(oid, at);
    if (this.#underWay.has(key) || this.#valid(oid)?.pieces.has(at) === true) return false;
    const held = this.#options.readable(oid);
    if (held === undefined || !isSettled(held)) return false;
    const file: File = { held, begun: held.begun, version: held.version, pieces: new Map() };
    this.#underWay.begin(key);
    this.#options.ask(oid, at * PIECE_BYTES, (data) => {
      this.#underWay.over(key, () => {
        if (data !== undefined && this.#isValid(oid, file)) this.#put(oid, file, at, new Uint8Array(data));
        done();
      });
    });
    return true;
  }

  /** Waits until a piece that is asked for has come, or has not. @returns Whether there was one. */
  settled(oid: Oid, offset: number): Operation<boolean> {
    return this.#underWay.settled(keyOf(oid, Math.floor(offset / PIECE_BYTES)));
  }

  forget(oid: Oid): void {
    const file = this.#files.get(oid);
    if (file === undefined) return;
    this.#files.delete(oid);
    for (const piece of file.pieces.values()) this.#bytes -= piece.length;
  }

  #put(oid: Oid, file: File, at: number, piece: Uint8Array): void {
    const known = this.#valid(oid);
    if (known === undefined) this.forget(oid);
    const { pieces } = known ?? file;
    this.#bytes += piece.length - (pieces.get(at)?.length ?? 0);
    pieces.set(at, piece);
    this.#files.set(oid, known ?? file);
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= this.#options.roomBytes()) return;
      this.forget(oldest);
    }
  }

  /** What is kept of a file, if it is still true; it is used now. */
  #valid(oid: Oid): File | undefined {
    const file = this.#files.get(oid);
    if (file === undefined) return undefined;
    if (!this.#isValid(oid, file)) return undefined;
    this.#files.delete(oid);
    this.#files.set(oid, file);
    return file;
  }

  #isValid(oid: Oid, { held, begun, version }: File): boolean {
    return this.#options.readable(oid) === held && held.begun === begun && held.version === version;
  }
}

/** All that this client changed is on every member: what one says is what there is. */
const isSettled = (held: Held): boolean => held.unsettled === 0 && held.doubts === 0;

const keyOf = (oid: Oid, at: number): string => `${oid}/${at}`;
