import { version, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { expect } from "./expect.ts";
import { newHeld, type Held, type Use, type Want } from "./held-lease.ts";
import type { LeadSession } from "./lead-session.ts";
import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ClientPorts } from "./ports.ts";
import type { Lost } from "./requests.ts";

export type LeaseHolderOptions = {
  /** How long an operation waits for its leases. */
  readonly giveUpMs: number;
  /** Whether an object is open here. */
  readonly isOpen: (oid: Oid) => boolean;
  /** Told of each object that was given back while it is open. */
  readonly gaveBackOpen: (oid: Oid) => void;
  /** Empty, or why changes under way will not end soon: an operation that would have to wait for one is refused at once. */
  readonly stuck: () => string;
};

const HELD_MAX = 32_768;
const SHED_AT_ONCE = 1_024;

/**
 * The leases that a client holds, and the waiting for more.
 *
 * An operation asks for its whole set at once and gets all or none (rule L8). It then uses them alone: two operations of
 * one client never change the same object at once, so that versions can be counted here. A revoked lease is given back
 * when the operation that uses it has ended, and its changes are applied on every writable member (L2), also those that
 * its application has stopped waiting for. Until then others may only read: two clients' changes of one object could
 * reach two members in different orders.
 */
export class LeaseHolder {
  readonly #held = new Map<Oid, Held>();
  /** Operations that wait for another one of this client. */
  #waiting = new Set<() => void>();
  readonly #lead: LeadSession;
  readonly #ports: ClientPorts;
  readonly #options: LeaseHolderOptions;

  constructor(lead: LeadSession, ports: ClientPorts, options: LeaseHolderOptions) {
    this.#lead = lead;
    this.#ports = ports;
    this.#options = options;
  }

  get count(): number {
    return this.#held.size;
  }

  get(oid: Oid): Held | undefined {
    return this.#held.get(oid);
  }

  /** What this client makes is under its write lease at once (L5), in the use of its maker. */
  created(oid: Oid): Use {
    const held = { ...newHeld(LEASE.write, version(0), undefined), fresh: true, users: 1 };
    this.#held.set(oid, held);
    return { helds: [[oid, held]] };
  }

  /**
   * An earlier process was changing objects under these leases, and not every member may have it: until
   * {@link settled} nobody gets them.
   */
  inherit(oids: readonly Oid[]): Use {
    const helds = oids.map((oid): [Oid, Held] => {
      const held = this.#held.get(oid) ?? { ...newHeld(LEASE.write, version(0), undefined), stale: true };
      this.#held.set(oid, held);
      held.doubts += 1;
      return [oid, held];
    });
    return { helds };
  }

  /** The object was not made after all. */
  forget(oid: Oid): void {
    if (this.#held.get(oid)?.doubts === 0) this.#held.delete(oid);
  }

  /** Whether all leases of a set are still held: they go when the session ends. */
  isValid(use: Use): boolean {
    return use.helds.every(([oid, held]) => this.#held.get(oid) === held);
  }

  /**
   * Gets a set of leases for the use of one operation, which ends it with {@link release}.
   * @param leadPatienceMs How long the lead may be away meanwhile.
   * @returns EIO when they cannot be had in time; ESTALE when one of the objects is no more; EINTR.
   */
  *acquire(wants: readonly Want[], leadPatienceMs = this.#options.giveUpMs): Operation<Result<Use>> {
    const deadline = this.#ports.now() + this.#options.giveUpMs;
    for (;;) {
      const free = yield* this.#awaitOthers(wants, deadline);
      if (!free.ok) return free;
      if (this.#lead.valid && wants.every((want) => this.#holds(want))) break;
      const ready = yield* this.#lead.awaitReady(leadPatienceMs);
      if (!ready.ok) return ready;
      const had = yield* this.#ask(wants, deadline);
      if (!had.ok) return had;
      if (had.value && !this.#isBusy(wants)) break;
    }
    if (wants.some(({ oid }) => this.#isGone(oid))) return fail("ESTALE");
    return ok({ helds: wants.flatMap(({ oid }) => this.#use(oid)) });
  }

  release(use: Use): void {
    for (const [oid, held] of use.helds) {
      held.users -= 1;
      this.#settle(oid, held);
    }
    this.#shed();
    this.wake();
  }

  /** The operation ends, but what it changed is not on every member yet, or perhaps on none. */
  doubtUntilSettled(use: Use): void {
    for (const [, held] of use.helds) {
      held.doubts += 1;
      held.stale = true;
    }
  }

  /** What was in doubt is on every member, or will never be. */
  settled(use: Use): void {
    for (const [oid, held] of use.helds) {
      held.doubts -= 1;
      this.#settle(oid, held);
    }
    this.wake();
  }

  /** Its version is no longer known: its last name may have gone. */
  doubt(oid: Oid): void {
    const held = this.#held.get(oid);
    if (held !== undefined) held.stale = true;
  }

  revoke(message: MessageOfKind<"revoke">): void {
    const held = this.#held.get(message.oid);
    if (held === undefined) {
      // Of a range handed to this client, but never made or forgotten since; or already given back.
      this.#tellBack(message.oid, LEASE.none);
      return;
    }
    held.revoked = message.keep === LEASE.read ? LEASE.read : LEASE.none;
    this.#settle(message.oid, held);
  }

  /** What is held, for a lead that is told anew. It says again what it wants back: what it said before is void. */
  reclaim(): readonly { readonly oid: Oid; readonly mode: number }[] {
    for (const held of this.#held.values()) held.revoked = undefined;
    return [...this.#held].map(([oid, held]) => ({ oid, mode: held.mode }));
  }

  /** All leases are gone: the session is. */
  reset(): void {
    this.#held.clear();
    this.wake();
  }

  /** Asks the lead for the set. @returns Whether it is held now; else something has changed, and the caller looks again. */
  *#ask(wants: readonly Want[], deadline: number): Operation<Result<boolean>> {
    const left = deadline - this.#ports.now();
    if (left <= 0) return lateFor("the lead to grant leases");
    const reply = yield* waitAtMost<Message | Lost>(this.#ports, left, (resume) => {
      // A grant that comes when nobody waits for it any more is held all the same, as the lead believes.
      const request = this.#lead.link.ask({ kind: "acquire", wants, extras: [] }, (answer) => {
        if (answer.kind === "granted") this.#granted(answer);
        resume(answer);
      });
      // A set that nobody waits for any more must not keep others waiting behind it.
      return () => this.#lead.link.tell({ kind: "cancel", request });
    });
    if (reply.kind === "lost") return ok(false);
    if (reply.kind === "timeOut") return lateFor("another client to give leases back");
    const answer = expect(reply, "granted");
    if (!answer.ok) return answer;
    if (answer.value.grants.length !== wants.length)
      return fail("EIO", "the lead granted another set than was asked for");
    return ok(true);
  }

  /** Waits for the operations of this client that use what is wanted. */
  *#awaitOthers(wants: readonly Want[], deadline: number): Operation<Result<void>> {
    while (this.#isBusy(wants)) {
      const stuck = this.#isInDoubt(wants) ? this.#options.stuck() : "";
      if (stuck !== "") return fail("EIO", stuck);
      const left = deadline - this.#ports.now();
      if (left <= 0) return lateFor("an earlier change");
      const ended = yield* waitAtMost<undefined>(this.#ports, left, (resume) => {
        const end = (): void => resume(undefined);
        this.#waiting.add(end);
        return () => this.#waiting.delete(end);
      });
      if (ended?.kind === "interrupted") return fail("EINTR");
    }
    return ok(undefined);
  }

  #use(oid: Oid): [Oid, Held][] {
    const held = this.#held.get(oid);
    if (held === undefined) return [];
    held.users += 1;
    return [[oid, held]];
  }

  /** The lead grants leases on what does not exist, too; there is no object 0 but a lease of that number (L9). */
  #isGone(oid: Oid): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.version !== 0 || held.fresh || oid === 0) return false;
    // Nothing is said of it: the lead wants one answer for each revoke, and none unasked.
    if (held.users === 0 && held.doubts === 0) this.#held.delete(oid);
    return true;
  }

  #holds({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.mode < mode || held.revoked !== undefined) return false;
    return mode === LEASE.read || !held.stale;
  }

  #isBusy(wants: readonly Want[]): boolean {
    return this.#isInDoubt(wants) || wants.some((want) => this.#isUsed(want));
  }

  #isUsed({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.users === 0) return false;
    // A newcomer must not keep a lease from another client that already waits for it.
    return held.revoked !== undefined || held.mode === LEASE.write || mode === LEASE.write;
  }

  #isInDoubt(wants: readonly Want[]): boolean {
    return wants.some(({ oid, mode }) => mode === LEASE.write && (this.#held.get(oid)?.doubts ?? 0) > 0);
  }

  #granted(message: MessageOfKind<"granted">): void {
    for (const grant of message.grants) {
      const mode = grant.mode === LEASE.write ? LEASE.write : LEASE.read;
      const told = grant.attributes[0];
      const itsVersion = told?.version ?? version(0);
      const known = told && { attributes: told, isBare: grant.bare === 1, names: undefined, target: undefined };
      const held = this.#held.get(grant.oid) ?? newHeld(mode, itsVersion, known);
      this.#held.set(grant.oid, held);
      held.mode = mode;
      held.inUse = grant.inUse === 1;
      // While it is used, or its changes are under way, this client knows better what its version will be.
      if (held.users > 0 || held.doubts > 0) continue;
      held.stale = false;
      held.version = itsVersion;
      held.known = known;
    }
  }

  /**
   * Forgets the oldest where there are too many. Nothing is said of it: asked again, the lead grants what it thinks is
   * held; and a revoke of what is not known here is answered at once.
   */
  #shed(): void {
    if (this.#held.size <= HELD_MAX) return;
    for (const [oid, held] of this.#held) {
      if (held.users > 0 || held.doubts > 0 || held.revoked !== undefined) continue;
      this.#held.delete(oid);
      if (this.#held.size <= HELD_MAX - SHED_AT_ONCE) return;
    }
  }

  /** Gives back, or forgets, what is due, once nothing stands against it. */
  #settle(oid: Oid, held: Held): void {
    if (held.users > 0 || this.#held.get(oid) !== held) return;
    // Nobody can write what is still read here, so a lease whose changes are under way may at least be shared.
    if (held.revoked !== undefined && (held.doubts === 0 || held.revoked === LEASE.read)) this.#giveBack(oid, held);
    else if (held.doubts === 0 && held.stale) this.#held.delete(oid);
  }

  #giveBack(oid: Oid, held: Held): void {
    const keep = held.revoked ?? LEASE.none;
    held.revoked = undefined;
    if (keep === LEASE.none) this.#held.delete(oid);
    else held.mode = LEASE.read;
    held.fresh = false;
    this.#tellBack(oid, keep);
  }

  /** A lead that does not hear it, because the connection is broken, asks again when it is made anew. */
  #tellBack(oid: Oid, keep: number): void {
    const open = this.#options.isOpen(oid) && keep === LEASE.none;
    if (open) this.#options.gaveBackOpen(oid);
    this.#lead.tellNow({ kind: "giveBack", oid, keep, inUse: open ? 1 : 0 });
  }

  /** Those that wait look again: something was released, or changes under way have got stuck. */
  wake(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resume of waiting) resume();
  }
}

const lateFor = (what: string) => fail("EIO", `waited too long for ${what}`);
