import { fail, type Result } from "../../core/result.ts";
import type { Message, MessageKind, MessageOfKind } from "../../wire/messages.ts";
import { expect } from "./expect.ts";
import type { MemberLink } from "./member-link.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ClientPorts } from "./ports.ts";

/** A member that may be read, and where it stands. */
export type Reader = { readonly link: MemberLink; readonly priority: number };

/**
 * Reads from the reachable member with the highest priority; equal ones share reads. A member that is lost while it is
 * asked is replaced by the next one, unnoticed.
 */
export class Readers {
  #readers: readonly Reader[] = [];
  readonly #usable: (link: MemberLink) => boolean;
  readonly #ports: ClientPorts;
  readonly #giveUpMs: () => number;
  #turn = 0;
  #waiting = new Set<() => void>();

  /** @param usable Whether a member is in sync, as far as this client knows. */
  constructor(
    readers: readonly Reader[],
    usable: (link: MemberLink) => boolean,
    ports: ClientPorts,
    giveUpMs: () => number,
  ) {
    this.renew(readers);
    this.#usable = usable;
    this.#ports = ports;
    this.#giveUpMs = giveUpMs;
  }

  /** From now on these are asked. */
  renew(readers: readonly Reader[]): void {
    this.#readers = [...readers].sort((a, b) => b.priority - a.priority);
  }

  /** @returns The member to ask, or undefined when none can be. */
  pick(without: ReadonlySet<MemberLink>): MemberLink | undefined {
    let best: MemberLink[] = [];
    let priority = -1;
    for (const reader of this.#readers) {
      if (reader.priority < priority) break;
      if (without.has(reader.link) || !reader.link.up || !this.#usable(reader.link)) continue;
      priority = reader.priority;
      best = [...best, reader.link];
    }
    if (best.length <= 1) return best[0];
    this.#turn = (this.#turn + 1) % 0x1000_0000;
    return best[this.#turn % best.length];
  }

  /** @returns The member at this place, if it can be asked. */
  at(place: number | undefined): MemberLink | undefined {
    const link = this.#readers.find((reader) => reader.link.place === place)?.link;
    return link?.up === true && this.#usable(link) ? link : undefined;
  }

  /**
   * Asks one member; goes to the next when it is lost; waits for one when there is none.
   * @param asked Told which member is asked; the last one told of gave the answer.
   */
  *ask<Kind extends MessageKind>(
    message: Message,
    kind: Kind,
    asked?: (link: MemberLink) => void,
  ): Operation<Result<MessageOfKind<Kind>>> {
    const lost = new Set<MemberLink>();
    for (;;) {
      const link = this.pick(lost);
      if (link === undefined) {
        const left = this.#patienceMs();
        if (left <= 0) return fail("EIO", "no member can be read");
        lost.clear();
        if (yield* this.#awaitSomeone(left)) return fail("EINTR");
        continue;
      }
      link.reads += 1;
      asked?.(link);
      const answer = yield* link.request(message);
      if (answer.kind !== "lost") return expect(answer, kind);
      lost.add(link);
    }
  }

  /** How long it is worth waiting for a member; negative when there is none that may be read. */
  #patienceMs(): number {
    const away = this.#readers.filter(({ link }) => this.#usable(link)).map(({ link }) => link.awayMs);
    return this.#giveUpMs() - Math.min(...away, Number.POSITIVE_INFINITY);
  }

  /** A member came up. */
  arrived(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resume of waiting) resume();
  }

  /** Waits for a member that can be asked, or for the time to be up. @returns Whether it was interrupted. */
  *#awaitSomeone(ms: number): Operation<boolean> {
    if (this.pick(new Set()) !== undefined) return false;
    const ended = yield* waitAtMost<undefined>(this.#ports, ms, (resume) => {
      const end = (): void => resume(undefined);
      this.#waiting.add(end);
      return () => this.#waiting.delete(end);
    });
    return ended?.kind === "interrupted";
  }
}
