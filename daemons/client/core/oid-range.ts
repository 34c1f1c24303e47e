import { oid, type Oid } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { LeadSession } from "./lead-session.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ClientPorts } from "./ports.ts";

const DRAW = 4_096;
const LOW = 1_024;

/** Numbers for objects to be made: handed out ahead by the lead (rule L6), so that creating costs no request for one. */
export class OidRange {
  readonly #lead: LeadSession;
  readonly #ports: ClientPorts;
  #next = 0;
  #end = 0;
  #isDrawing = false;
  readonly #waiting = new Set<(answer: Result<void>) => void>();

  constructor(lead: LeadSession, ports: ClientPorts) {
    this.#lead = lead;
    this.#ports = ports;
  }

  /** @returns EIO when the lead is away for too long, or what it answered; EINTR. */
  *draw(): Operation<Result<Oid>> {
    while (this.#next >= this.#end) {
      const ready = yield* this.#lead.awaitReady();
      if (!ready.ok) return ready;
      const answer = yield* waitAtMost<Result<void>>(this.#ports, undefined, (resume) => {
        this.#waiting.add(resume);
        this.#fetch();
        return () => this.#waiting.delete(resume);
      });
      if ("kind" in answer) return fail("EINTR");
      if (!answer.ok) return answer;
    }
    const drawn = oid(this.#next);
    this.#next += 1;
    if (this.#end - this.#next < LOW && this.#lead.ready) this.#fetch();
    return ok(drawn);
  }

  /** The lead that handed the range out, or the session that owned it, is no more. */
  reset(): void {
    this.#next = 0;
    this.#end = 0;
  }

  #fetch(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    this.#lead.link.ask({ kind: "oidRange", count: DRAW }, (answer) => {
      this.#isDrawing = false;
      // What is left of the old range is never used: numbers are plenty, and one range is simpler than two.
      if (answer.kind === "oids") {
        this.#next = answer.from;
        this.#end = answer.to;
      }
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      const result = answer.kind === "failed" ? fail(errnoName(answer.errno), answer.because) : ok(undefined);
      for (const resume of waiting) resume(result);
    });
  }
}
