import { ERRNO } from "../../core/errno.ts";
import type { Message } from "../../wire/messages.ts";
import type { MemberLink } from "./member-link.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost, type Early } from "./patience.ts";
import type { ClientPorts } from "./ports.ts";
import type { Lost } from "./requests.ts";

/** The lead had not granted the directory yet when it answered. */
export const isTooEarly = (answer: Message | Lost | Early): boolean =>
  answer.kind === "failed" && answer.errno === ERRNO.EAGAIN.number;

/** A question that is asked now, while the operation goes on to wait for something else; its answer is waited for later. */
export class EarlyAnswer {
  readonly #link: MemberLink;
  readonly #ports: ClientPorts;
  #asked = 0;
  #answer: Message | Lost | undefined;
  #resume: ((answer: Message | Lost) => void) | undefined;

  constructor(link: MemberLink, ports: ClientPorts) {
    this.#link = link;
    this.#ports = ports;
  }

  /** Asks; asked once more, only the last answer counts. */
  ask(question: Message): void {
    this.#asked += 1;
    const own = this.#asked;
    this.#answer = undefined;
    this.#link.ask(question, (answer) => {
      if (own !== this.#asked) return;
      this.#answer = answer;
      this.#resume?.(answer);
    });
  }

  /**
   * Waits for what the lead answers after a grant that has just come. What it answered before, while this client still held
   * the object from earlier, may tell of what others have changed since: then it is asked once more.
   */
  *answerAfterGrant(question: Message): Operation<Message | Lost | Early> {
    const isOnTheWay = this.#asked > 0 && this.#answer === undefined;
    const early = isOnTheWay ? yield* this.answer() : undefined;
    if (early !== undefined && !isTooEarly(early)) return early;
    this.ask(question);
    return yield* this.answer();
  }

  /** Waits for the last answer; ends early when the operation is interrupted. */
  *answer(): Operation<Message | Lost | Early> {
    if (this.#answer !== undefined) return this.#answer;
    return yield* waitAtMost<Message | Lost>(this.#ports, undefined, (resume) => {
      this.#resume = resume;
      return undefined;
    });
  }
}
