import type { Message } from "../../daemons/wire/messages.ts";
import { encodeFrame, FrameDecoder } from "../../daemons/wire/frame.ts";
import { LIMIT } from "../../daemons/wire/messages.ts";
import type { Agenda } from "../support/agenda.ts";
import type { Random } from "./random.ts";

/** One end of a connection, as it is told of. */
export type End = {
  opened(): void;
  received(message: Message, request: number, epoch: number): void;
  closed(because: string): void;
};

export type Faults = {
  /** Milliseconds that a frame takes, at most. */
  readonly delayMs: number;
  /** Chance, for each frame, that the connection breaks instead. */
  readonly breaks: number;
};

/**
 * A connection like one of TCP: frames keep their order in each direction, and what is under way when it breaks may be
 * lost, each direction for itself. All frames really go through the codec, in chunks of random sizes.
 */
export class Pipe {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #faults: Faults;
  /** Whether an end still takes what arrives. */
  readonly #hears = [true, true];
  /** An end has closed it: nothing more is sent, but what is under way arrives. */
  #isClosing = false;
  readonly #ends: readonly [End, End];
  readonly #decoders = [new FrameDecoder(), new FrameDecoder()] as const;
  readonly #arrives = [0, 0];
  #heldUntil = 0;

  constructor(agenda: Agenda, random: Random, faults: Faults, ends: readonly [End, End]) {
    this.#agenda = agenda;
    this.#random = random;
    this.#faults = faults;
    this.#ends = ends;
    for (const decoder of this.#decoders) decoder.limit(LIMIT.frameBytes);
  }

  /** @param from Which end sends: 0 or 1. */
  send(from: 0 | 1, message: Message, request: number, epoch: number): void {
    if (this.#isClosing) return;
    if (this.#random.chance(this.#faults.breaks)) {
      this.break("the cable broke");
      return;
    }
    const to = from === 0 ? 1 : 0;
    const frame = encodeFrame(message, request, epoch);
    const at = Math.max(this.#arrives[to] ?? 0, this.#soon());
    this.#arrives[to] = at;
    this.#agenda.after(at - this.#agenda.now, () => this.#deliver(to, frame));
  }

  /** For so long nothing that is sent from now on arrives; then all of it does, as TCP sends again. */
  hold(ms: number): void {
    this.#heldUntil = this.#agenda.now + ms;
  }

  #soon(): number {
    return Math.max(this.#heldUntil, this.#agenda.now + this.#random.next() * this.#faults.delayMs);
  }

  #deliver(to: 0 | 1, frame: Buffer): void {
    const decoder = this.#decoders[to];
    for (let done = 0; done < frame.length && this.#hears[to]; ) {
      const { buffer, start, end } = decoder.space();
      const bytes = Math.min(frame.length - done, end - start, 1 + this.#random.below(400));
      frame.copy(buffer, start, done, done + bytes);
      done += bytes;
      decoder.received(bytes);
      for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
        if ("fault" in next) throw new Error(`a frame of ours is none: ${next.fault}`);
        this.#ends[to].received(next.message, next.request, next.epoch);
        if (!this.#hears[to]) return;
      }
    }
  }

  /** Both ends learn of it, each in its own time; what is under way is lost. */
  break(because: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#hears.fill(false);
    for (const end of this.#ends) this.#agenda.after(this.#soon() - this.#agenda.now, () => end.closed(because));
  }

  /** One end is no more, and nobody is told: what is under way is lost, too. */
  vanish(): void {
    this.#isClosing = true;
    this.#hears.fill(false);
  }

  /** One end closes: it hears nothing any more; the other is told after what was sent before. */
  close(from: 0 | 1): void {
    this.#hears[from] = false;
    if (this.#isClosing) return;
    this.#isClosing = true;
    const to = from === 0 ? 1 : 0;
    const at = Math.max(this.#arrives[to] ?? 0, this.#soon());
    this.#agenda.after(at - this.#agenda.now, () => {
      const heard = this.#hears[to];
      this.#hears[to] = false;
      if (heard) this.#ends[to].closed("closed by the other end");
    });
  }
}
