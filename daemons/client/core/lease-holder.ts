import { version, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { expect } from "./expect.ts";
import { Durability } from "./durability.ts";
import { isIdle, newHeld, weightOf, type Held, type Use, type Want } from "./held-lease.ts";
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
  /** Makes what is applied durable on every writable member, and tells whether it is. */
  readonly makeDurable: (done: (isDurable: boolean) => void) => void;
  /** How many bytes leases may take, with what is known under them. */
  readonly memoryBytes: number;
};

/** When memory is full, this share of it is freed at once. */
const SHED_SHARE = 16;
/** For so long at most the kernel believes what it is told: it cannot be asked to forget while this daemon stands still. */
const VALID_MAX_MS = 4_000;
/** So long after a failure, what is to be given back is tried to be made durable again. */
const DURABLE_AGAIN_MS = 1_000;

/**
 * The leases that a client holds, and the waiting for more.
 *
 * An operation asks for its whole set at once and gets all or none (rule L8). It then uses them alone: two operations of
 * one client never change the same object at once, so that versions can be counted here. A revoked lease is given back
 * when the operation that uses it has ended, its changes are durable on every writable member (L2), also those that
 * nobody waits for any more, and the kernel has forgotten what it was told under it. Two clients' changes of one object
 * could reach two members in different orders otherwise; and a member that loses what another client has seen would
 * show it the past.
 */
export class LeaseHolder {
  /** Those used last come last. */
  readonly #held = new Map<Oid, Held>();
  #bytes = 0;
  /** Operations that wait for another one of this client. */
  #waiting = new Set<() => void>();
  readonly #lead: LeadSession;
  readonly #ports: ClientPorts;
  readonly #options: LeaseHolderOptions;
  readonly #durability: Durability;

  constructor(lead: LeadSession, ports: ClientPorts, options: LeaseHolderOptions) {
    this.#lead = lead;
    this.#ports = ports;
    this.#options = options;
    this.#durability = new Durability(options.makeDurable);
  }

  get count(): number {
    return this.#held.size;
  }

  /** About how many bytes leases take, with what is known under them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many of each mode. */
  modes(): { readonly read: number; readonly write: number } {
    let write = 0;
    for (const { mode } of this.#held.values()) if (mode === LEASE.write) write += 1;
    return { read: this.#held.size - write, write };
  }

  get(oid: Oid): Held | undefined {
    return this.#held.get(oid);
  }

  /**
   * A lease under which something is known that is right now, also while it is being given back: for reading.
   * @returns Undefined when the lead or a member is to be asked.
   */
  readable(oid: Oid): Held | undefined {
    const held = this.#held.get(oid);
    if (held?.known === undefined || held.stale || !this.#lead.valid) return undefined;
    this.#touch(oid, held);
    return held;
  }

  /** For how many milliseconds the kernel may believe what is known under a lease: 0 once it is to be given back. */
  validMs({ revoked, isReturning }: Held): number {
    if (revoked !== undefined || isReturning || !this.#lead.valid) return 0;
    return Math.min(VALID_MAX_MS, this.#lead.validUntilMs - this.#ports.now());
  }

  /** What is known under a lease has become more or less. */
  weigh(held: Held): void {
    const bytes = weightOf(held);
    this.#bytes += bytes - held.bytes;
    held.bytes = bytes;
  }

  /** A change is to be made under a set of leases: what is known of them may say so at once. */
  began({ helds }: Use): void {
    for (const [, held] of helds) {
      held.unsettled += 1;
      held.begun += 1;
      held.isDirty = true;
    }
  }

  /** A change that {@link began} is on every writable member, or will never be made. */
  ended({ helds }: Use): void {
    for (const [oid, held] of helds) {
      held.unsettled -= 1;
      this.#settle(oid, held);
    }
    this.wake();
  }

  /** What this client makes is under its write lease at once (L5), in the use of its maker. */
  created(oid: Oid): Use {
    const held = { ...newHeld(LEASE.write, version(0), undefined), fresh: true, users: 1 };
    this.#add(oid, held);
    return { helds: [[oid, held]] };
  }

  /**
   * An earlier process was changing objects under these leases, and not every member may have it: until
   * {@link settled} nobody gets them.
   */
  inherit(oids: readonly Oid[]): Use {
    const helds = oids.map((oid): [Oid, Held] => {
      const held = this.#held.get(oid) ?? { ...newHeld(LEASE.write, version(0), undefined), stale: true };
      this.#add(oid, held);
      held.doubts += 1;
      held.isDirty = true;
      return [oid, held];
    });
    return { helds };
  }

  /** The object was not made after all. */
  forget(oid: Oid): void {
    const held = this.#held.get(oid);
    if (held?.doubts === 0 && held.unsettled === 0) this.#drop(oid, held);
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
      if (this.#held.get(oid) === held) this.weigh(held);
      this.#settle(oid, held);
    }
    this.#shed();
    this.wake();
  }

  /** The operation ends, but what it changed is not on every member yet, or perhaps on none. */
  doubtUntilSettled(use: Use): void {
    for (const [, held] of use.helds) {
      held.doubts += 1;
      held.isDirty = true;
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

  /**
   * What is known of it may be wrong, its version too: its last name may have gone. The lead is asked before anything is
   * done with it, once all changes of it are settled.
   */
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
    this.#bytes = 0;
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
      const stuck = this.#isUnsettled(wants) ? this.#options.stuck() : "";
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
    this.#touch(oid, held);
    return [[oid, held]];
  }

  /** The lead grants leases on what does not exist, too; there is no object 0 but a lease of that number (L9). */
  #isGone(oid: Oid): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.version !== 0 || held.fresh || oid === 0) return false;
    // Nothing is said of it: the lead wants one answer for each revoke, and none unasked.
    if (isIdle(held)) this.#drop(oid, held);
    return true;
  }

  #holds({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.mode < mode || held.revoked !== undefined) return false;
    // Who only reads need not wait for a change in doubt, which may be so for long.
    return mode === LEASE.read ? !held.stale || held.doubts > 0 : !mustAsk(oid, held);
  }

  #isBusy(wants: readonly Want[]): boolean {
    return this.#isUnsettled(wants) || wants.some((want) => this.#isUsed(want));
  }

  #isUsed({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.users === 0) return false;
    // A newcomer must not keep a lease from another client that already waits for it.
    return held.revoked !== undefined || held.mode === LEASE.write || mode === LEASE.write;
  }

  /**
   * A change whose outcome is not known must be over before the next one; and any, before the lead is asked anew: it may
   * not have applied it yet.
   */
  #isUnsettled(wants: readonly Want[]): boolean {
    return wants.some(({ oid, mode }) => {
      const held = this.#held.get(oid);
      if (held === undefined) return false;
      if (mode === LEASE.read) return held.stale && held.unsettled > held.doubts;
      return held.doubts > 0 || (held.unsettled > 0 && mustAsk(oid, held));
    });
  }

  #granted(message: MessageOfKind<"granted">): void {
    for (const grant of message.grants) {
      const mode = grant.mode === LEASE.write ? LEASE.write : LEASE.read;
      const told = grant.attributes[0];
      const itsVersion = told?.version ?? version(0);
      const known = told && { attributes: told, isBare: grant.bare === 1, names: undefined, target: undefined };
      const held = this.#held.get(grant.oid) ?? newHeld(mode, itsVersion, known);
      this.#add(grant.oid, held);
      held.mode = mode;
      held.inUse = grant.inUse === 1;
      // While its changes are under way, or it is used, this client knows better what its version will be.
      if (held.users > 0 || held.doubts > 0 || held.unsettled > 0) continue;
      held.stale = false;
      held.fresh &&= told !== undefined;
      held.version = itsVersion;
      held.known = known;
      this.weigh(held);
    }
  }

  #add(oid: Oid, held: Held): void {
    this.#held.set(oid, held);
    this.weigh(held);
  }

  #drop(oid: Oid, held: Held): void {
    if (this.#held.get(oid) !== held) return;
    this.#held.delete(oid);
    this.#bytes -= held.bytes;
    held.bytes = 0;
  }

  /** It is the one used last. */
  #touch(oid: Oid, held: Held): void {
    this.#held.delete(oid);
    this.#held.set(oid, held);
  }

  /**
   * Forgets those that were not used for longest where memory is full. Nothing is said of it: asked again, the lead
   * grants what it thinks is held; and a revoke of what is not known here is answered at once.
   */
  #shed(): void {
    const { memoryBytes } = this.#options;
    if (this.#bytes <= memoryBytes) return;
    for (const [oid, held] of this.#held) {
      if (!isIdle(held) || held.revoked !== undefined) continue;
      this.#drop(oid, held);
      if (this.#bytes <= memoryBytes - memoryBytes / SHED_SHARE) return;
    }
  }

  /** Gives back, or forgets, what is due, once nothing stands against it. */
  #settle(oid: Oid, held: Held): void {
    if (held.users > 0 || held.isReturning || this.#held.get(oid) !== held) return;
    if (held.revoked !== undefined) this.#return(oid, held, held.revoked);
    else if (held.stale && isIdle(held)) this.#drop(oid, held);
  }

  /** One step more towards giving back what nobody uses. */
  #return(oid: Oid, held: Held, keep: 0 | 1): void {
    // Who made a change in doubt was told so: what it changed may at least be read by others.
    if (held.unsettled > held.doubts || (held.doubts > 0 && keep === LEASE.none)) return;
    if (held.isDirty && held.doubts === 0) this.#makeDurable(oid, held);
    else this.#giveBack(oid, held, keep);
  }

  #makeDurable(oid: Oid, held: Held): void {
    const { begun } = held;
    held.isReturning = true;
    this.#durability.await((isDurable) => {
      held.isReturning = false;
      if (isDurable && held.begun === begun && held.doubts === 0) held.isDirty = false;
      if (isDurable) this.#settle(oid, held);
      else this.#ports.after(DURABLE_AGAIN_MS, () => this.#settle(oid, held));
    });
  }

  #giveBack(oid: Oid, held: Held, keep: 0 | 1): void {
    held.revoked = undefined;
    if (keep === LEASE.none) this.#drop(oid, held);
    else held.mode = LEASE.read;
    held.fresh = false;
    this.#tellBack(oid, keep);
    this.wake();
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

/** Whether the lead must say what there is before it is changed. Of number 0, which is no object, there is nothing to say. */
const mustAsk = (oid: Oid, held: Held): boolean => held.stale || (held.known === undefined && !held.fresh && oid !== 0);

const lateFor = (what: string) => fail("EIO", `waited too long for ${what}`);
