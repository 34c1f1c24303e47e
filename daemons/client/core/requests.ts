import type { Message } from "../../wire/messages.ts";

/** A request whose connection broke: it may have been done. */
export type Lost = { readonly kind: "lost"; readonly because: string };
type Answer = (answer: Message | Lost) => void;

/** Request ids are u32 on the wire; 0 asks nothing. */
const LAST = 0xffff_ffff;

/** The requests of one connection that have no answer yet. Each is answered once: by a message, or as lost. */
export class Requests {
  readonly #pending = new Map<number, { readonly answer: Answer; readonly sentMs: number }>();
  #next = 1;

  /** How many have no answer yet. */
  get size(): number {
    return this.#pending.size;
  }

  /** @returns The id to send it with. */
  add(answer: Answer, nowMs: number): number {
    // A lock may be waited for during all of the four thousand million requests after it.
    while (this.#pending.has(this.#next)) this.#step();
    const request = this.#next;
    this.#step();
    this.#pending.set(request, { answer, sentMs: nowMs });
    return request;
  }

  /** Takes a request out, to be answered. @returns Undefined when nobody made it. */
  take(request: number): { readonly answer: Answer; readonly sentMs: number } | undefined {
    const found = this.#pending.get(request);
    this.#pending.delete(request);
    return found;
  }

  /** The connection broke. @returns Those to be told, in the order in which they were made. */
  takeAll(): readonly Answer[] {
    const all = [...this.#pending.values()].map(({ answer }) => answer);
    this.#pending.clear();
    return all;
  }

  #step(): void {
    this.#next = this.#next >= LAST ? 1 : this.#next + 1;
  }
}
