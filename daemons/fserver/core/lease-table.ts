import type { ClientId, Oid } from "../../core/brand.ts";
import { LEASE } from "../../wire/messages.ts";
import type { AcquireEvent, Emit, Grant, HeldMode, KeepMode, LeadOptions } from "./lead-events.ts";
import { HandOvers } from "./hand-overs.ts";
import { LeaseEntries } from "./lease-entries.ts";
import type { LeaseEntry, Waiting } from "./lease-entry.ts";
import { OidRanges } from "./oid-ranges.ts";

/** A revoke that was not answered yet. */
type Asked = { readonly client: ClientId; readonly oid: Oid; readonly keep: KeepMode; readonly sinceMs: number };
type Session = {
  /** In the order in which they were granted. */
  readonly held: Set<Oid>;
  readonly asked: Map<Oid, Asked>;
  readonly waiting: Set<Waiting>;
};

export type LeaseTableContext = {
  readonly options: LeadOptions;
  readonly emit: Emit;
  /** The time of the present event. */
  readonly now: () => number;
  readonly isOpenElsewhere: (oid: Oid, client: ClientId) => boolean;
};

/**
 * Who holds leases of which objects, and who waits (rules L1, L2, L5, L8).
 *
 * A set of leases enters the queues of all its objects in one step, so all queues agree on one order of arrival. It is
 * granted as a whole once, in each queue, everything before it is compatible with it, no holder is in the way, and its
 * client owes no answer to a revoke of one of them. The oldest set is never behind another; it only waits for holders,
 * who give back without waiting for leases (L8). So there is no cycle of waiting, and nobody starves.
 *
 * Holders in the way of a set that is next in some queue are asked to give back, with one question at a time for an
 * object. A client owes each question exactly one answer, also for what it does not hold (any more), and gives nothing back
 * unasked: an answer says not to which question it belongs. When it connects again it owes answers to those questions only
 * that it hears then.
 *
 * Bounded by what clients hold and wait for, each limited in LeadOptions.
 */
export class LeaseTable {
  readonly #entries = new LeaseEntries();
  readonly #sessions = new Map<ClientId, Session>();
  readonly #ranges = new OidRanges();
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>();
  /** Revokes that may become late, oldest first. */
  readonly #pending = new Set<Asked>();
  /** Objects that somebody waits for, and that are left to their holders until then. */
  readonly #kept = new Map<Oid, number>();
  /** Clients that hold more than they may. */
  readonly #overfull = new Set<ClientId>();
  readonly #handOvers: HandOvers;
  readonly #context: LeaseTableContext;
  #settled = false;
  #held = 0;

  constructor(context: LeaseTableContext) {
    this.#context = context;
    this.#handOvers = new HandOvers(context.options.holdMs);
  }

  /** Leases held, without those that a range implies. */
  get held(): number {
    return this.#held;
  }

  /** Sets of leases that are waited for. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** When {@link tick} has something to do that does not wait for the next one; undefined: nothing. */
  get dueMs(): number | undefined {
    return this.#kept.size === 0 ? undefined : Math.min(...this.#kept.values());
  }

  /** Records of objects and ranges kept. */
  get size(): number {
    return this.#entries.size + this.#ranges.size;
  }

  sessionOpened(client: ClientId): void {
    if (this.#sessions.has(client)) return;
    this.#sessions.set(client, { held: new Set(), asked: new Map(), waiting: new Set() });
  }

  sessionEnded(client: ClientId): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    const changed = this.#dropWaiting(session);
    for (const asked of session.asked.values()) this.#pending.delete(asked);
    for (const oid of session.held) {
      // Nobody waits for it.
      if (this.#entries.onlyReader(oid) === client) this.#entries.delete(oid);
      else {
        this.#entries.get(oid)?.drop(client);
        changed.add(oid);
      }
    }
    this.#held -= session.held.size;
    this.#ranges.end(client);
    this.#sessions.delete(client);
    this.#overfull.delete(client);
    this.#consider(changed);
  }

  /** Its requests are no longer waited for by anyone. What it holds, and owes, stays. */
  disconnected(client: ClientId): void {
    const session = this.#sessions.get(client);
    if (session !== undefined) this.#consider(this.#dropWaiting(session));
  }

  /** What it was asked to give back may not have reached it. */
  connected(client: ClientId): void {
    for (const { oid, keep } of this.#sessions.get(client)?.asked.values() ?? []) {
      this.#context.emit({ kind: "revoke", client, oid, keep });
    }
  }

  /** Whether it was asked to give something back, and has not answered. */
  isWanted(client: ClientId): boolean {
    return (this.#sessions.get(client)?.asked.size ?? 0) > 0;
  }

  oidsGiven(client: ClientId, from: Oid, to: Oid): void {
    if (this.#sessions.has(client)) this.#ranges.give(client, from, to);
  }

  /** Whether a client holds an object, in whatever mode, and was not asked to give it back. */
  holds(client: ClientId, oid: Oid): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || session.asked.has(oid)) return false;
    return session.held.has(oid) || this.#ranges.makerOf(oid) === client;
  }

  /**
   * A read lease for the asking: if nobody else holds the object for writing, or waits for it.
   *
   * @returns Whether the client holds it now. Only once the answer with the lease is sent may the next event come.
   */
  offer(client: ClientId, oid: Oid): boolean {
    const session = this.#sessions.get(client);
    return session !== undefined && this.#mayOffer(client, session, oid, LEASE.read);
  }

  /** The object is gone for good. Who removed it need not give it back. */
  removed(client: ClientId, oid: Oid): void {
    const session = this.#sessions.get(client);
    if (session?.held.has(oid) !== true || session.asked.has(oid)) return;
    const entry = this.#entries.get(oid);
    if (entry === undefined || entry.queue.length > 0 || entry.modeOf(client) !== LEASE.write) return;
    this.#entries.delete(oid);
    session.held.delete(oid);
    this.#held -= 1;
  }

  acquire({ client, request, wants, extras }: AcquireEvent): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    if (![...wants, ...extras].every(({ mode }) => isMode(mode))) {
      this.#context.emit({ kind: "failed", client, request, errno: "EINVAL" });
      return;
    }
    const needs = new Map<Oid, HeldMode>();
    for (const { oid, mode } of wants) if (needs.get(oid) !== LEASE.write) needs.set(oid, mode as HeldMode);
    if (session.waiting.size >= this.#context.options.waitingPerClientMax) {
      this.#context.emit({ kind: "failed", client, request, errno: "EBUSY" });
      return;
    }
    const waiting: Waiting = { client, request, wants, needs, extras, waited: false };
    this.#waiting.add(waiting);
    session.waiting.add(waiting);
    for (const oid of needs.keys()) this.#entry(oid).enqueue(waiting);
    // It is the last in each of its queues: for nobody else anything has changed.
    if (this.#settled) this.#attempt(waiting, session);
  }

  /** The wait for a set is given up, and answered EINTR: who waits behind it goes on. */
  cancel(client: ClientId, request: number): void {
    const session = this.#sessions.get(client);
    for (const waiting of session?.waiting ?? []) {
      if (waiting.request !== request) continue;
      session?.waiting.delete(waiting);
      this.#context.emit({ kind: "failed", client, request, errno: "EINTR" });
      this.#consider(this.#leaveQueues(waiting));
      return;
    }
  }

  giveBack(client: ClientId, oid: Oid, keep: number): void {
    const session = this.#sessions.get(client);
    if (session === undefined || (keep !== LEASE.none && keep !== LEASE.read)) return;
    const asked = session.asked.get(oid);
    if (asked !== undefined && keep <= asked.keep) {
      session.asked.delete(oid);
      this.#pending.delete(asked);
    }
    // An implied lease is held by nobody's record; giving it back needs one, if only for a moment.
    const entry = this.#entry(oid);
    if (entry.modeOf(client) !== 0) {
      if (keep === LEASE.read) entry.hold(client, LEASE.read);
      else {
        entry.drop(client);
        session.held.delete(oid);
        this.#held -= 1;
      }
    }
    this.#consider(new Set([oid]));
  }

  /**
   * The client says what it holds, to a lead that has forgotten. What others hold meanwhile, since the client was too
   * late, it is told to give up.
   */
  reclaim(client: ClientId, oid: Oid, mode: number): void {
    const session = this.#sessions.get(client);
    if (session === undefined || !isMode(mode)) return;
    const entry = this.#entry(oid);
    if (entry.inTheWay(client, mode).length > 0) this.#ask(client, session, oid, LEASE.none);
    else this.#hold(client, session, oid, entry, mode);
    this.#consider(new Set([oid]));
  }

  /** Granting begins. */
  settle(): void {
    this.#settled = true;
    for (const waiting of [...this.#waiting]) {
      const session = this.#sessions.get(waiting.client);
      if (session !== undefined) this.#attempt(waiting, session);
    }
  }

  /** Finds the clients that do not give back in time, and asks for what was left to its holders long enough. */
  tick(): void {
    const { emit, now, options } = this.#context;
    const due = [...this.#kept].filter(([, untilMs]) => untilMs <= now()).map(([oid]) => oid);
    for (const oid of due) this.#kept.delete(oid);
    if (due.length > 0) this.#consider(new Set(due));
    for (const client of this.#overfull) {
      const session = this.#sessions.get(client);
      if (session !== undefined) this.#recall(client, session);
    }
    this.#overfull.clear();
    for (const asked of this.#pending) {
      if (asked.sinceMs + options.revokeMs > now()) break;
      this.#pending.delete(asked);
      emit({ kind: "late", client: asked.client, oid: asked.oid });
    }
  }

  /** Goes through the queues of objects where something changed: grants all that can be, then asks for what cannot. */
  #consider(changed: Set<Oid>): void {
    if (this.#settled) {
      // What is added to a Set while it is gone through is visited too.
      const again = new Set(changed);
      for (const oid of again) {
        again.delete(oid);
        for (const other of this.#grantNext(oid)) {
          again.add(other);
          changed.add(other);
        }
      }
    }
    for (const oid of changed) {
      const entry = this.#entries.get(oid);
      if (entry === undefined) continue;
      if (this.#settled) for (const waiting of entry.next(oid)) this.#clearTheWay(waiting, oid, entry);
      this.#entries.tidy(oid);
    }
  }

  /** @returns The objects of what was granted: others may be next there now. */
  #grantNext(oid: Oid): Oid[] {
    const entry = this.#entries.get(oid);
    const changed: Oid[] = [];
    for (const waiting of entry?.next(oid) ?? []) {
      const session = this.#sessions.get(waiting.client);
      if (session === undefined || !this.#mayHave(waiting, session)) continue;
      this.#grant(waiting, session);
      changed.push(...waiting.needs.keys());
    }
    return changed;
  }

  #attempt(waiting: Waiting, session: Session): void {
    if (this.#mayHave(waiting, session)) {
      this.#grant(waiting, session);
      return;
    }
    waiting.waited = true;
    for (const [oid, mode] of waiting.needs) {
      const entry = this.#entry(oid);
      if (entry.isNext(oid, mode, waiting)) this.#clearTheWay(waiting, oid, entry);
    }
  }

  #mayHave(waiting: Waiting, session: Session): boolean {
    for (const [oid, mode] of waiting.needs) {
      if (session.asked.has(oid)) return false;
      const entry = this.#entry(oid);
      if (entry.inTheWay(waiting.client, mode).length > 0) return false;
      if (!entry.isNext(oid, mode, waiting)) return false;
    }
    return true;
  }

  #grant(waiting: Waiting, session: Session): void {
    const { client, request } = waiting;
    this.#waiting.delete(waiting);
    session.waiting.delete(waiting);
    for (const [oid, mode] of waiting.needs) {
      const entry = this.#entry(oid);
      entry.dequeue(waiting);
      this.#hold(client, session, oid, entry, mode);
      if (waiting.waited) this.#handOvers.happened(oid, this.#context.now());
    }
    // After the wants, which are told in the strongest mode that is held: an extra may be one of them.
    const had = waiting.extras.filter(({ oid, mode }) => this.#mayOffer(client, session, oid, mode as HeldMode));
    const grants = [...waiting.wants, ...had].map(({ oid }): Grant => {
      const mode = this.#modeOf(client, oid);
      return { oid, mode, inUse: this.#context.isOpenElsewhere(oid, client) };
    });
    this.#context.emit({ kind: "grant", client, request, grants });
    this.#recall(client, session);
  }

  /** Asks the holders in the way of a set that is next in the queue of this object. */
  #clearTheWay({ client, needs }: Waiting, oid: Oid, entry: LeaseEntry): void {
    const mode = needs.get(oid) ?? LEASE.write;
    const keep = mode === LEASE.write ? LEASE.none : LEASE.read;
    const holders = entry.inTheWay(client, mode);
    const untilMs = holders.length === 0 ? undefined : this.#handOvers.keptUntil(oid, this.#context.now());
    if (untilMs !== undefined) {
      this.#kept.set(oid, untilMs);
      return;
    }
    for (const holder of holders) {
      const session = this.#sessions.get(holder);
      if (session !== undefined) this.#ask(holder, session, oid, keep);
    }
  }

  /** Keeps one client's leases from growing without end: the oldest go, a sixteenth at once. */
  #recall(client: ClientId, session: Session): void {
    const max = this.#context.options.leasesPerClientMax;
    let surplus = session.held.size - session.asked.size - max;
    if (surplus <= 0) return;
    surplus += max >> 4;
    for (const oid of session.held) {
      if (session.asked.has(oid)) continue;
      this.#ask(client, session, oid, LEASE.none);
      surplus -= 1;
      if (surplus <= 0) break;
    }
  }

  #ask(client: ClientId, session: Session, oid: Oid, keep: KeepMode): void {
    // One question at a time, even if more is wanted back by now: of two answers, each as good for both questions, the
    // second could not be told from one to a later revoke. Considered again after the answer, the holder is asked again.
    if (session.asked.has(oid)) return;
    const asked: Asked = { client, oid, keep, sinceMs: this.#context.now() };
    session.asked.set(oid, asked);
    this.#pending.add(asked);
    this.#context.emit({ kind: "revoke", client, oid, keep });
  }

  #hold(client: ClientId, session: Session, oid: Oid, entry: LeaseEntry, mode: HeldMode): void {
    if (entry.modeOf(client) !== LEASE.write) entry.hold(client, mode);
    this.#holdMore(session, oid);
  }

  #holdMore(session: Session, oid: Oid): void {
    if (session.held.has(oid)) return;
    session.held.add(oid);
    this.#held += 1;
  }

  /** What a client holds, if it is of a record or a range. */
  #modeOf(client: ClientId, oid: Oid): HeldMode {
    const mode = this.#entries.get(oid)?.modeOf(client) ?? 0;
    return mode === LEASE.write || this.#ranges.makerOf(oid) === client ? LEASE.write : LEASE.read;
  }

  /** Gives a lease if nobody is in its way. @returns Whether the client holds it now, at least so strongly. */
  #mayOffer(client: ClientId, session: Session, oid: Oid, mode: HeldMode): boolean {
    if (!this.#settled || session.asked.has(oid)) return false;
    const maker = this.#ranges.makerOf(oid);
    if (maker !== undefined) return maker === client;
    const reader = this.#entries.onlyReader(oid);
    if (reader === client && mode === LEASE.read) return true;
    const known = this.#entries.get(oid);
    if (known !== undefined) {
      if (known.modeOf(client) >= mode) return true;
      if (known.queue.length > 0 || known.inTheWay(client, mode).length > 0) return false;
      this.#hold(client, session, oid, known, mode);
    } else if (mode === LEASE.read) {
      this.#entries.addReader(oid, client);
      this.#holdMore(session, oid);
    } else this.#hold(client, session, oid, this.#entries.add(oid), mode);
    if (session.held.size > this.#context.options.leasesPerClientMax) this.#overfull.add(client);
    return true;
  }

  /** @returns Who holds and awaits an object; what its number implied is written down from now on. */
  #entry(oid: Oid): LeaseEntry {
    const known = this.#entries.get(oid);
    if (known !== undefined) return known;
    const entry = this.#entries.add(oid);
    const maker = this.#ranges.take(oid);
    const session = maker === undefined ? undefined : this.#sessions.get(maker);
    if (maker !== undefined && session !== undefined) this.#hold(maker, session, oid, entry, LEASE.write);
    return entry;
  }

  #dropWaiting(session: Session): Set<Oid> {
    const changed = new Set<Oid>();
    for (const waiting of session.waiting) for (const oid of this.#leaveQueues(waiting)) changed.add(oid);
    session.waiting.clear();
    return changed;
  }

  /** @returns The objects in whose queues it was: others may be next there now. */
  #leaveQueues(waiting: Waiting): Set<Oid> {
    this.#waiting.delete(waiting);
    for (const oid of waiting.needs.keys()) {
      this.#entries.get(oid)?.dequeue(waiting);
    }
    return new Set(waiting.needs.keys());
  }
}

const isMode = (mode: number): mode is HeldMode => mode === LEASE.read || mode === LEASE.write;
