import type { Oid } from "../../core/brand.ts";
import type { ClientPorts } from "./ports.ts";
import { putLatest } from "./put-latest.ts";

/** Of so many objects at most it is remembered; of those before, the kernel goes by their time of change alone. */
const OBJECTS_MOST = 4_096;

type Old = { isForgetting: boolean; waiting: (() => void)[] };

/**
 * Objects that are open, and of which the kernel may have pages, or a listing, of before their lease was lost.
 *
 * It drops those by itself when it sees another time of change. But an answer that tells of that is not taken when a
 * write of the same host, or a notification, comes between (fs/fuse/inode.c, fuse_change_attributes_i: attr_version), and
 * then a read goes on with the pages that are there; and what chmod(2) is answered with is taken, and drops no pages
 * (fs/fuse/dir.c, fuse_do_setattr). So nothing is told of such an object before its pages are gone.
 */
export class OldPages {
  readonly #ports: Pick<ClientPorts, "invalidate">;
  readonly #isWritten: (oid: Oid) => boolean;
  readonly #old = new Map<Oid, Old>();

  /** @param isWritten Whether a write waits for its lease: its pages are locked, and could not be dropped before its end. */
  constructor(ports: Pick<ClientPorts, "invalidate">, isWritten: (oid: Oid) => boolean) {
    this.#ports = ports;
    this.#isWritten = isWritten;
  }

  has(oid: Oid): boolean {
    return this.#old.has(oid);
  }

  /** A lease is lost under which the kernel may have got pages: they are dropped as soon as nothing waits for itself so. */
  left(oid: Oid): void {
    this.note(oid);
    this.look(oid);
  }

  /** Pages come that may be old, and that will be dropped before anything is told of the object under a lease. */
  note(oid: Oid): void {
    // What is being dropped already may not be all.
    putLatest(this.#old, oid, { isForgetting: false, waiting: [] }, OBJECTS_MOST);
  }

  /** No write may wait for a lease of it any more. */
  look(oid: Oid): void {
    const old = this.#old.get(oid);
    if (old !== undefined && !this.#isWritten(oid)) this.#forget(oid, old);
  }

  /** @param done Called, now or later, when the kernel has none of the pages that it may have had until now. */
  await(oid: Oid, done: () => void): void {
    const old = this.#old.get(oid);
    if (old === undefined) return done();
    old.waiting.push(done);
    this.#forget(oid, old);
  }

  #forget(oid: Oid, old: Old): void {
    if (old.isForgetting) return;
    old.isForgetting = true;
    this.#ports.invalidate([{ kind: "all", oid }], () => {
      if (this.#old.get(oid) === old) this.#old.delete(oid);
      for (const done of old.waiting.splice(0)) done();
    });
  }
}
