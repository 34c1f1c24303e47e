import type { ClientId, Oid } from "../../core/brand.ts";
import type { Change, Message, MessageOfKind } from "../../wire/messages.ts";
import { failed } from "./failed.ts";
import { leadEventOf, type Timeless } from "./lead-event-of.ts";
import { LEAD_DEFAULTS, type Grant, type LeadCounts, type LeadEffect, type LeadEvent } from "./lead-events.ts";
import { createLead, type Lead } from "./lead.ts";
import type { Offers } from "./offers.ts";
import type { Store } from "./store.ts";

export type LeadDeskPorts = {
  now(): number;
  /** Sends to the connection of a session; dropped where it has none. */
  send(client: ClientId, message: Message, request: number): void;
  /** Calls `run` once, after so many milliseconds. */
  later(ms: number, run: () => void): void;
  /** A client did not give a lease back in time. */
  late(client: ClientId, oid: Grant["oid"]): void;
};

const OIDS_AT_ONCE = 65_536;

/** The lead in a member: turns messages and changes into its events, and carries out what it wants done. */
export class LeadDesk {
  readonly #lead: Lead;
  readonly #store: Store;
  readonly #ports: LeadDeskPorts;
  #isTicking = false;

  constructor(lapseMs: number, store: Store, ports: LeadDeskPorts) {
    this.#lead = createLead({ ...LEAD_DEFAULTS, lapseMs });
    this.#store = store;
    this.#ports = ports;
    this.step({ kind: "started", knownClients: store.sessions(), orphans: store.orphans() });
  }

  counts(): LeadCounts {
    return this.#lead.counts();
  }

  isWanted(client: ClientId): boolean {
    return this.#lead.isWanted(client);
  }

  step(event: Timeless<LeadEvent>): void {
    const effects = this.#lead.step({ ...event, nowMs: this.#ports.now() });
    for (const effect of effects) this.#carryOut(effect);
    if (this.#lead.dueMs !== undefined && !this.#isTicking) this.#tickLater(this.#lead.dueMs);
  }

  #tickLater(dueMs: number): void {
    this.#isTicking = true;
    this.#ports.later(Math.max(1, dueMs - this.#ports.now()), () => {
      this.#isTicking = false;
      this.step({ kind: "tick" });
    });
  }

  /** Leases that may come with an answer to a session; the answer must be sent at once. */
  offersTo(client: ClientId): Offers {
    return {
      covers: (directory) => this.#lead.holds(client, directory),
      lease: (oid) => this.#lead.offer(client, oid),
    };
  }

  /** A message of a session. @returns Whether it is for a lead. */
  receive(client: ClientId, message: Message, request: number): boolean {
    if (message.kind === "oidRange") {
      this.#giveOids(client, message.count, request);
      return true;
    }
    const event = leadEventOf(client, message, request);
    if (event === undefined) return false;
    this.step(event);
    if (message.kind === "reclaim") this.#ports.send(client, { kind: "done" }, request);
    return true;
  }

  /** A change was done: what the lead must know of it. */
  applied(client: ClientId, change: Change): void {
    if (change.kind === "purge") this.step({ kind: "purged", oid: change.oid });
    else if (change.kind === "link") this.step({ kind: "named", oid: change.oid });
    else if (change.kind === "create" && change.name === "") this.step({ kind: "orphaned", client, oid: change.oid });
    else if (change.kind === "remove" && change.keep === 1) this.#orphaned(client, change.oid);
    else if (change.kind === "rename" && change.keep === 1) this.#orphaned(client, change.replaced);
    const gone = takenBy(change);
    if (gone !== undefined && !this.#store.attributes(gone).ok) this.step({ kind: "removed", client, oid: gone });
  }

  /** What lost a name that was open somewhere is an orphan if that was its last one. */
  #orphaned(client: ClientId, oid: Oid): void {
    const found = this.#store.attributes(oid);
    if (found.ok && found.value.nlink === 0) this.step({ kind: "orphaned", client, oid });
  }

  #giveOids(client: ClientId, count: number, request: number): void {
    const { from, to } = this.#store.drawOids(Math.min(Math.max(count, 1), OIDS_AT_ONCE));
    this.step({ kind: "oidsGiven", client, from, to });
    this.#ports.send(client, { kind: "oids", from, to }, request);
  }

  #carryOut(effect: LeadEffect): void {
    const { client } = effect;
    const { send } = this.#ports;
    switch (effect.kind) {
      case "grant":
        return send(
          client,
          { kind: "granted", grants: effect.grants.map((grant) => this.#grant(grant)) },
          effect.request,
        );
      case "revoke":
        return send(client, { kind: "revoke", oid: effect.oid, keep: effect.keep }, 0);
      case "purge":
        return send(client, { kind: "purgeOrder", oid: effect.oid }, 0);
      case "done":
        return send(client, { kind: "done" }, effect.request);
      case "late":
        return this.#ports.late(client, effect.oid);
      case "failed":
        return send(client, failed(effect.errno), effect.request);
      case "lockHolder": {
        const { type, start, end, pid } = effect;
        return send(client, { kind: "lockHolder", type, start, end, pid }, effect.request);
      }
    }
  }

  /** A grant tells what the lead's store knows, so that the holder can count versions from there (rule L1). */
  #grant({ oid, mode, inUse }: Grant): MessageOfKind<"granted">["grants"][number] {
    const found = this.#store.attributes(oid);
    const bare = found.ok && this.#store.isBare(oid) ? 1 : 0;
    return { oid, mode, inUse: inUse ? 1 : 0, bare, attributes: found.ok ? [found.value] : [] };
  }
}

/** The object of which nothing may be left after a change. */
function takenBy(change: Change): Oid | undefined {
  if (change.kind === "purge") return change.oid;
  if (change.kind === "remove") return change.keep === 1 ? undefined : change.oid;
  return change.kind === "rename" && change.keep === 0 && change.replaced !== 0 ? change.replaced : undefined;
}
