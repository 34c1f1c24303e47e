import { type ClientId, clientId, type Oid, oid as toOid } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import { FIRST_MARKS, type Marks } from "./marks.ts";
import type { MarksFile } from "./marks-file.ts";

/**
 * How far ahead of what is given out the durable marks lie. A start skips as many numbers; 2^53 of them last for 2^29
 * starts. In return no number that is drawn waits for the disk.
 */
const OIDS_AHEAD = 2 ** 24;
const CLIENTS_AHEAD = 2 ** 20;

/** Gives out numbers that were never given out before, whatever happens (invariant I7). */
export class Counters {
  readonly #file: MarksFile;
  #marks: Marks;
  #oids: number;
  #clients: number;

  constructor(file: MarksFile) {
    this.#file = file;
    this.#marks = file.marks ?? FIRST_MARKS;
    this.#oids = this.#marks.oids;
    this.#clients = this.#marks.clients;
  }

  get run(): number {
    return this.#marks.run;
  }

  /** Whether a number may have been given out: a higher one is none of ours. */
  isGiven(oid: Oid): boolean {
    return oid < this.#marks.oids;
  }

  /** A start: it is counted, and numbers are taken ahead. Durable. */
  begin(boot: string, oidsFrom: number): Result<void> {
    this.#oids = oidsFrom;
    return this.#write({ ...this.#marks, run: this.#marks.run + 1, boot, closed: false });
  }

  drawOids(count: number): { readonly from: Oid; readonly to: Oid } {
    const from = this.#oids;
    this.#oids += count;
    this.renew();
    return { from: toOid(from), to: toOid(this.#oids) };
  }

  drawClient(): ClientId {
    const client = this.#clients;
    this.#clients += 1;
    this.renew();
    return clientId(client);
  }

  /** Takes more numbers ahead when half of them are given out. Waits for the disk, once in millions of numbers. */
  renew(): void {
    const { oids, clients } = this.#marks;
    if (this.#oids + OIDS_AHEAD / 2 <= oids && this.#clients + CLIENTS_AHEAD / 2 <= clients) return;
    const written = this.#write(this.#marks);
    const exhausted = this.#oids > this.#marks.oids || this.#clients > this.#marks.clients;
    if (!written.ok && exhausted) throw new Error(`numbers cannot be given out: ${written.errno}`);
  }

  /** The end, in order. */
  close(objects: number): void {
    this.#write({ ...this.#marks, closed: true, objects });
  }

  #write(marks: Marks): Result<void> {
    const ahead = { ...marks, oids: this.#oids + OIDS_AHEAD, clients: this.#clients + CLIENTS_AHEAD };
    const next = marks.closed ? { ...ahead, oids: this.#oids, clients: this.#clients } : ahead;
    const written = this.#file.write(next);
    if (written.ok) this.#marks = next;
    return written;
  }
}
