import { oid, type Oid } from "../../core/brand.ts";
import type { MemberLink } from "./member-link.ts";
import { wait, type Operation } from "./operation.ts";

const DRAW = 4_096;
const LOW = 1_024;

/** Numbers for objects to be made: handed out ahead by the lead (rule L6), so that creating costs no request for one. */
export class OidRange {
  readonly #lead: MemberLink;
  #next = 0;
  #end = 0;
  #drawing = false;
  #waiting: (() => void)[] = [];

  constructor(lead: MemberLink) {
    this.#lead = lead;
  }

  /** @returns Undefined when the lead cannot be asked. */
  *draw(): Operation<Oid | undefined> {
    if (this.#next >= this.#end) {
      yield* wait<void>((resume) => {
        this.#waiting.push(() => resume());
        this.#fetch();
        return undefined;
      });
      if (this.#next >= this.#end) return undefined;
    }
    const drawn = oid(this.#next);
    this.#next += 1;
    if (this.#end - this.#next < LOW) this.#fetch();
    return drawn;
  }

  /** The session that owned the range is gone. */
  reset(): void {
    this.#next = 0;
    this.#end = 0;
  }

  #fetch(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    this.#lead.ask({ kind: "oidRange", count: DRAW }, (answer) => {
      this.#drawing = false;
      // What is left of the old range is never used: numbers are plenty, and one range is simpler than two.
      if (answer.kind === "oids") {
        this.#next = answer.from;
        this.#end = answer.to;
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resume of waiting) resume();
    });
  }
}
