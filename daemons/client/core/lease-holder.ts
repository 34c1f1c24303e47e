import { version, type Oid, type Version } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE, type MessageOfKind } from "../../wire/messages.ts";
import { expect, type MemberLink } from "./member-link.ts";
import { wait, type Operation } from "./operation.ts";

export type Want = { readonly oid: Oid; readonly mode: 1 | 2 };

/** A lease that this client holds. */
export type Held = {
  mode: 1 | 2;
  version: Version;
  /** Of a regular file, under a write lease; undefined when it must be asked. */
  size: number | undefined;
  /** Another client has the object open. */
  inUse: boolean;
  /** Made by this client under this lease: it has no xattr that nobody set. */
  fresh: boolean;
  /** Operations that use it now. With a write lease at most one. */
  users: number;
  /** The lead wants it back, down to this mode. */
  revoked: 0 | 1 | undefined;
  /** Its version is not known: the lead is asked again before the next use. */
  stale: boolean;
};

const HELD_MAX = 32_768;
const SHED_AT_ONCE = 1_024;

/**
 * The leases that a client holds, and the waiting for more.
 *
 * An operation asks for its whole set at once and gets all or none (rule L8). It then uses them alone: two operations of
 * one client never change the same object at once, so that versions can be counted here. A revoked lease is given back
 * when the operation that uses it has ended, that is, when its changes are applied on every writable member (L2).
 */
export class LeaseHolder {
  readonly #held = new Map<Oid, Held>();
  /** Operations that wait for another one of this client. */
  #waiting: { readonly wants: readonly Want[]; readonly resume: () => void }[] = [];
  readonly #lead: MemberLink;
  readonly #isOpen: (oid: Oid) => boolean;
  readonly #gaveBackOpen: (oid: Oid) => void;
  readonly #awaitLead: () => Operation<Result<void>>;

  /**
   * @param awaitLead Waits until the lead can be asked again, for so long as an application is to wait.
   * @param isOpen Whether an object is open here.
   * @param gaveBackOpen Told of each object that was given back while it is open.
   */
  constructor(
    lead: MemberLink,
    awaitLead: () => Operation<Result<void>>,
    isOpen: (oid: Oid) => boolean,
    gaveBackOpen: (oid: Oid) => void,
  ) {
    this.#lead = lead;
    this.#awaitLead = awaitLead;
    this.#isOpen = isOpen;
    this.#gaveBackOpen = gaveBackOpen;
  }

  get count(): number {
    return this.#held.size;
  }

  get(oid: Oid): Held | undefined {
    return this.#held.get(oid);
  }

  /** What this client makes is under its write lease at once (L5). Its maker uses it until {@link release}. */
  created(oid: Oid): void {
    this.#held.set(oid, {
      mode: LEASE.write,
      version: version(0),
      size: 0,
      inUse: false,
      fresh: true,
      users: 1,
      revoked: undefined,
      stale: false,
    });
  }

  /** The object was not made after all. */
  forget(oid: Oid): void {
    this.#held.delete(oid);
  }

  /**
   * Gets a set of leases for the use of one operation, which ends it with {@link release}.
   * @returns EIO when the lead cannot be asked; ESTALE when one of the objects is no more.
   */
  *acquire(wants: readonly Want[]): Operation<Result<void>> {
    for (;;) {
      if (this.#usedByOthers(wants)) {
        yield* wait<void>((resume) => {
          this.#waiting.push({ wants, resume: () => resume() });
          return undefined;
        });
        continue;
      }
      if (wants.every((want) => this.#holds(want))) break;
      const reply = yield* this.#lead.request({ kind: "acquire", wants: [...wants] });
      if (reply.kind === "lost") {
        const back = yield* this.#awaitLead();
        if (!back.ok) return back;
        continue;
      }
      const answer = expect(reply, "granted");
      if (!answer.ok) return answer;
      if (answer.value.grants.length !== wants.length)
        return fail("EIO", "the lead granted another set than was asked for");
      this.#granted(answer.value);
      if (!this.#usedByOthers(wants)) break;
    }
    if (wants.some(({ oid }) => this.#isGone(oid))) return fail("ESTALE");
    for (const want of wants) {
      const held = this.#held.get(want.oid);
      if (held !== undefined) held.users += 1;
    }
    return ok(undefined);
  }

  release(wants: readonly Want[]): void {
    for (const { oid } of wants) {
      const held = this.#held.get(oid);
      if (held === undefined) continue;
      held.users -= 1;
      if (held.users === 0 && held.revoked !== undefined) this.#giveBack(oid, held);
      else if (held.users === 0 && held.stale) this.#held.delete(oid);
    }
    this.#shed();
    this.#wake();
  }

  /** Its version is no longer known: what became of a change is not, or its last name may have gone. */
  doubt(oid: Oid): void {
    const held = this.#held.get(oid);
    if (held !== undefined) held.stale = true;
  }

  revoke(message: MessageOfKind<"revoke">): void {
    const held = this.#held.get(message.oid);
    const keep = message.keep === LEASE.read ? LEASE.read : LEASE.none;
    if (held === undefined) {
      // Of a range handed to this client, but never made or forgotten since; or already given back.
      this.#tellBack(message.oid, LEASE.none);
      return;
    }
    held.revoked = keep;
    if (held.users === 0) this.#giveBack(message.oid, held);
  }

  /** What is held, for a lead that has forgotten. It says again what it wants back: what it said before is void. */
  reclaim(): readonly { readonly oid: Oid; readonly mode: number }[] {
    for (const held of this.#held.values()) held.revoked = undefined;
    return [...this.#held].map(([oid, held]) => ({ oid, mode: held.mode }));
  }

  /** All leases are gone: the session is. */
  reset(): void {
    this.#held.clear();
    this.#wake();
  }

  /** The lead grants leases on what does not exist, too; there is no object 0 but a lease of that number (L9). */
  #isGone(oid: Oid): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.version !== 0 || held.fresh || oid === 0) return false;
    // Nothing is said of it: the lead wants one answer for each revoke, and none unasked.
    if (held.users === 0) this.#held.delete(oid);
    return true;
  }

  #holds({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    return held !== undefined && held.mode >= mode && held.revoked === undefined && !held.stale;
  }

  #usedByOthers(wants: readonly Want[]): boolean {
    return wants.some(({ oid, mode }) => {
      const held = this.#held.get(oid);
      if (held === undefined || held.users === 0) return false;
      // A newcomer must not keep a lease from another client that already waits for it.
      return held.revoked !== undefined || held.mode === LEASE.write || mode === LEASE.write;
    });
  }

  #granted(message: MessageOfKind<"granted">): void {
    for (const grant of message.grants) {
      const held = this.#held.get(grant.oid);
      const mode = grant.mode === LEASE.write ? LEASE.write : LEASE.read;
      if (held === undefined) {
        this.#held.set(grant.oid, {
          mode,
          version: grant.version,
          size: grant.size,
          inUse: grant.inUse === 1,
          fresh: false,
          users: 0,
          revoked: undefined,
          stale: false,
        });
      } else {
        held.mode = mode;
        held.inUse = grant.inUse === 1;
        if (held.users === 0 || held.stale) {
          held.stale = false;
          held.version = grant.version;
          held.size = grant.size;
        }
      }
    }
  }

  /**
   * Forgets the oldest where there are too many. Nothing is said of it: asked again, the lead grants what it thinks is
   * held; and a revoke of what is not known here is answered at once.
   */
  #shed(): void {
    if (this.#held.size <= HELD_MAX) return;
    for (const [oid, held] of this.#held) {
      if (held.users > 0 || held.revoked !== undefined) continue;
      this.#held.delete(oid);
      if (this.#held.size <= HELD_MAX - SHED_AT_ONCE) return;
    }
  }

  #giveBack(oid: Oid, held: Held): void {
    const keep = held.revoked ?? LEASE.none;
    held.revoked = undefined;
    if (keep === LEASE.none) this.#held.delete(oid);
    else held.mode = LEASE.read;
    held.fresh = false;
    this.#tellBack(oid, keep);
  }

  #tellBack(oid: Oid, keep: number): void {
    const open = this.#isOpen(oid);
    if (open && keep === LEASE.none) this.#gaveBackOpen(oid);
    this.#lead.tell({ kind: "giveBack", oid, keep, inUse: open && keep === LEASE.none ? 1 : 0 });
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resume } of waiting) resume();
  }
}
