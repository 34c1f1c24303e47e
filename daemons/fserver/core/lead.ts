import type { ClientId, Oid } from "../../core/brand.ts";
import { assertNever } from "../../core/result.ts";
import { LEASE } from "../../wire/messages.ts";
import type { LeadCounts, LeadEffect, LeadEvent, LeadOptions } from "./lead-events.ts";
import { LEAD_DEFAULTS } from "./lead-events.ts";
import { LeaseTable } from "./lease-table.ts";
import { LockTable } from "./lock-table.ts";
import { OpenTable } from "./open-table.ts";

/** The member that grants the leases and locks of a group: a pure state machine, in memory only. */
export interface Lead {
  /**
   * Takes one event. Those of a session that is not known, or has ended, do nothing, whatever they are.
   * @returns What is to be done, in this order, before the next event. The array is the caller's.
   */
  step(event: LeadEvent): readonly LeadEffect[];
  counts(): LeadCounts;
  /** Whether somebody waits for what a session holds, or was refused it: one that is silent for too long is to end then. */
  isWanted(client: ClientId): boolean;
  /** Whether a session holds an object, in whatever mode, and was not asked to give it back. */
  holds(client: ClientId, oid: Oid): boolean;
  /**
   * Gives a session a read lease if nobody is in its way, and nobody is asked to give one back.
   * @returns Whether it has one now, or more. It must be told so before the next event.
   */
  offer(client: ClientId, oid: Oid): boolean;
  /** When a `tick` is due, if that does not have the time of the usual ones. */
  readonly dueMs: number | undefined;
  /** Whether it grants: every client of the lead before it has reclaimed, ended, or let `lapseMs` pass (rule V8). */
  readonly settled: boolean;
  /** Records kept, for those who look for leaks; 0 when nobody holds, waits or has anything open. */
  readonly size: number;
}

/** Makes a lead that waits for `started`. */
export function createLead(options: Partial<LeadOptions> = {}): Lead {
  return new LeadMachine({ ...LEAD_DEFAULTS, ...options });
}

/** Passes events on to the tables of leases, locks and open objects, and knows who may begin when. */
class LeadMachine implements Lead {
  readonly #sessions = new Set<ClientId>();
  /** Clients of the lead before this one that have not reclaimed yet; undefined before `started`. */
  #awaited: Set<ClientId> | undefined;
  #awaitedUntilMs = 0;
  /** What clients that are reclaiming have told so far to have open. */
  readonly #telling = new Map<ClientId, Set<Oid>>();
  #settled = false;
  #nowMs = 0;
  #effects: LeadEffect[] = [];
  readonly #options: LeadOptions;
  readonly #open: OpenTable;
  readonly #leases: LeaseTable;
  readonly #locks: LockTable;

  constructor(options: LeadOptions) {
    const emit = (effect: LeadEffect): void => {
      this.#effects.push(effect);
    };
    const now = (): number => this.#nowMs;
    const open = new OpenTable(emit);
    this.#options = options;
    this.#open = open;
    this.#leases = new LeaseTable({
      options,
      emit,
      now,
      isOpenElsewhere: (oid, client) => open.isOpenElsewhere(oid, client),
    });
    this.#locks = new LockTable({ options, emit, now });
  }

  get settled(): boolean {
    return this.#settled;
  }

  get size(): number {
    return this.#leases.size + this.#locks.size + this.#open.size;
  }

  counts(): LeadCounts {
    return { leases: this.#leases.held, locks: this.#locks.held, waiting: this.#leases.waiting + this.#locks.waiting };
  }

  isWanted(client: ClientId): boolean {
    return this.#leases.isWanted(client) || this.#locks.isWanted(client);
  }

  holds(client: ClientId, oid: Oid): boolean {
    return this.#leases.holds(client, oid);
  }

  offer(client: ClientId, oid: Oid): boolean {
    return this.#leases.offer(client, oid);
  }

  get dueMs(): number | undefined {
    return this.#leases.dueMs;
  }

  step(event: LeadEvent): readonly LeadEffect[] {
    this.#effects = [];
    this.#nowMs = event.nowMs;
    const isKnown = !("client" in event) || event.kind === "sessionOpened" || this.#sessions.has(event.client);
    if (isKnown) this.#take(event);
    return this.#effects;
  }

  #take(event: LeadEvent): void {
    switch (event.kind) {
      case "started":
        return this.#start(event);
      case "sessionOpened":
        this.#begin(event.client);
        return this.#connected(event.client);
      case "sessionEnded":
        return this.#end(event.client);
      case "disconnected":
        this.#telling.delete(event.client);
        this.#open.disconnected(event.client);
        this.#leases.disconnected(event.client);
        return this.#locks.disconnected(event.client);
      case "connected":
        return this.#connected(event.client);
      case "oidsGiven":
        return this.#leases.oidsGiven(event.client, event.from, event.to);
      case "acquire":
        return this.#leases.acquire(event);
      case "giveBack":
        // First who has it open, since giving back may grant it to one who wants to know. Who keeps nothing says both.
        if (event.inUse) this.#open.used(event.client, event.oid);
        else if (event.keep === LEASE.none) this.#open.unused(event.client, event.oid);
        return this.#leases.giveBack(event.client, event.oid, event.keep);
      case "reclaim":
        return this.#reclaim(event);
      case "orphaned":
        return this.#open.orphaned(event.oid, event.client);
      case "unused":
        return this.#open.unused(event.client, event.oid);
      case "removed":
        return this.#leases.removed(event.client, event.oid);
      case "named":
        return this.#open.named(event.oid);
      case "purged":
        return this.#open.purged(event.oid);
      case "lock":
        return this.#locks.lock(event);
      case "cancel":
        this.#leases.cancel(event.client, event.request);
        return this.#locks.cancel(event.client, event.request);
      case "lockTest":
        return this.#locks.test(event);
      case "lockDrop":
        return this.#locks.drop(event);
      case "tick":
        return this.#tick();
      default:
        return assertNever(event);
    }
  }

  #start({ knownClients, orphans }: Extract<LeadEvent, { kind: "started" }>): void {
    if (this.#awaited !== undefined) return;
    this.#awaited = new Set(knownClients);
    this.#awaitedUntilMs = this.#nowMs + this.#options.lapseMs;
    for (const client of knownClients) this.#begin(client);
    for (const oid of orphans) this.#open.orphaned(oid);
    this.#settleIfDue();
  }

  #begin(client: ClientId): void {
    this.#sessions.add(client);
    this.#leases.sessionOpened(client);
  }

  #connected(client: ClientId): void {
    this.#open.connected(client);
    this.#leases.connected(client);
  }

  #reclaim({ client, leases, last }: Extract<LeadEvent, { kind: "reclaim" }>): void {
    if (!this.#open.isConnected(client)) this.#connected(client);
    const told = this.#telling.get(client) ?? new Set();
    this.#telling.set(client, told);
    for (const { oid, mode, inUse } of leases) {
      if (inUse) {
        this.#open.used(client, oid);
        told.add(oid);
      }
      this.#leases.reclaim(client, oid, mode);
    }
    if (!last) return;
    this.#telling.delete(client);
    this.#open.onlyUses(client, told);
    this.#awaited?.delete(client);
    this.#settleIfDue();
  }

  #end(client: ClientId): void {
    this.#sessions.delete(client);
    this.#telling.delete(client);
    this.#awaited?.delete(client);
    this.#open.sessionEnded(client);
    this.#leases.sessionEnded(client);
    this.#locks.sessionEnded(client);
    this.#settleIfDue();
  }

  #tick(): void {
    this.#leases.tick();
    this.#locks.tick();
    if (this.#nowMs >= this.#awaitedUntilMs) this.#awaitNoLonger();
    this.#settleIfDue();
  }

  /** Who is connected is about to reclaim, or will be found silent. */
  #awaitNoLonger(): void {
    for (const client of this.#awaited ?? []) if (!this.#open.isConnected(client)) this.#awaited?.delete(client);
  }

  #settleIfDue(): void {
    if (this.#settled || this.#awaited === undefined || this.#awaited.size > 0) return;
    this.#settled = true;
    this.#open.settle();
    this.#leases.settle();
    this.#locks.settle();
  }
}
