import assert from "node:assert/strict";
import { clientId, oid, type Oid } from "../../core/brand.ts";
import type { LeadEffect, LeadEvent } from "../core/lead-events.ts";
import { createLead, type Lead } from "../core/lead.ts";

type Want = { readonly oid: Oid; readonly mode: 1 | 2 };
type Operation = {
  readonly request: number;
  readonly wants: readonly Want[];
  readonly extras: readonly Want[];
  runs: boolean;
};
type Held = { mode: number; users: number; revoked: number | undefined };
/** Told of an object by the lead, with a read lease. */
type Leased = { readonly kind: "leased"; readonly oid: Oid };
/** Asks for what a name means, with a lease if it can be had. */
type Look = { readonly kind: "look"; readonly oid: Oid };
type Event = LeadEvent extends infer Each ? (Each extends LeadEvent ? Omit<Each, "nowMs" | "client"> : never) : never;

/** One client, by the book: what it believes to hold, and what is under way between it and the lead. */
class PuzzleClient {
  readonly held = new Map<Oid, Held>();
  readonly operations = new Map<number, Operation>();
  readonly toLead: (Event | Look)[] = [];
  readonly fromLead: (LeadEffect | Leased)[] = [];
  connected = true;
  /** What is left of its range of numbers. */
  nextOid = 0;
  endOid = 0;
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  receive(effect: LeadEffect | Leased): void {
    if (effect.kind === "leased") {
      const held = this.held.get(effect.oid);
      assert.equal(held?.revoked, undefined, "a lease of what is to be given back");
      this.held.set(effect.oid, held ?? { mode: 1, users: 0, revoked: undefined });
    } else if (effect.kind === "revoke") {
      const held = this.held.get(effect.oid);
      if (held === undefined) this.toLead.push({ kind: "giveBack", oid: effect.oid, keep: 0, inUse: false } as Event);
      else {
        held.revoked = Math.min(effect.keep, held.revoked ?? 1);
        this.#giveBackIfFree(effect.oid, held);
      }
    } else if (effect.kind === "grant") {
      const operation = this.operations.get(effect.request);
      assert.ok(operation !== undefined && !operation.runs, "a grant that nobody asked for");
      operation.runs = true;
      for (const [place, grant] of effect.grants.entries()) {
        const held = this.held.get(grant.oid) ?? { mode: 0, users: 0, revoked: undefined };
        assert.equal(held.revoked, undefined, "a grant of what is to be given back");
        assert.ok(grant.mode >= held.mode, "a grant of less than is held");
        this.held.set(grant.oid, {
          ...held,
          mode: grant.mode,
          users: held.users + Number(place < operation.wants.length),
        });
      }
      for (const want of operation.wants) assert.ok((this.held.get(want.oid)?.mode ?? 0) >= want.mode);
    } else assert.fail(`unexpected: ${effect.kind}`);
  }

  end(operation: Operation): void {
    this.operations.delete(operation.request);
    for (const want of operation.wants) {
      const held = this.held.get(want.oid);
      if (held === undefined) continue;
      held.users -= 1;
      this.#giveBackIfFree(want.oid, held);
    }
  }

  disconnect(): void {
    this.connected = false;
    this.toLead.length = 0;
    this.fromLead.length = 0;
    // Numbers are drawn anew, since another run of the lead knows nothing of the old ones.
    this.endOid = 0;
  }

  connect(): void {
    this.connected = true;
    // The lead says again what it wants back. An answer to what it said before would be one too many.
    for (const held of this.held.values()) held.revoked = undefined;
    const leases = [...this.held].map(([oid, { mode }]) => ({ oid, mode, inUse: false }));
    this.toLead.push({ kind: "reclaim", leases, last: true } as Event);
    for (const { request, wants, extras, runs } of this.operations.values()) {
      if (!runs) this.toLead.push({ kind: "acquire", request, wants, extras } as Event);
    }
  }

  /** Forgets a lease without a word, to save memory. */
  shed(which: number): void {
    const free = [...this.held].filter(([, { users, revoked }]) => users === 0 && revoked === undefined);
    const [oid] = free[which % free.length] ?? [];
    if (oid !== undefined) this.held.delete(oid);
  }

  /** Removes an object that it may write, and has no question about under way. @returns Which. */
  remove(which: number): Oid | undefined {
    const asked = this.#askedFor();
    const free = [...this.held].filter(
      ([oid, { mode, users, revoked }]) => mode === 2 && users + (revoked ?? 0) === 0 && !asked.has(oid),
    );
    const [oid] = free[which % free.length] ?? [];
    if (oid === undefined) return undefined;
    this.held.delete(oid);
    this.toLead.push({ kind: "removed", oid } as Event);
    return oid;
  }

  /** Objects of which an answer may bring a lease. */
  #askedFor(): Set<Oid> {
    const sets = [...this.operations.values()].flatMap(({ wants, extras }) => [...wants, ...extras]);
    const looks = [...this.toLead, ...this.fromLead].filter((one) => one.kind === "look" || one.kind === "leased");
    return new Set([...sets, ...looks].map(({ oid }) => oid));
  }

  #giveBackIfFree(oid: Oid, held: Held): void {
    if (held.users > 0 || held.revoked === undefined) return;
    const keep = held.revoked;
    if (keep === 0) this.held.delete(oid);
    else this.held.set(oid, { mode: 1, users: 0, revoked: undefined });
    // Without a connection it is not said; the lead asks again. Kept for later it would be one answer too many.
    if (this.connected) this.toLead.push({ kind: "giveBack", oid, keep, inUse: false } as Event);
  }
}

/**
 * Clients and a lead with connections between them that deliver late and break, and a lead that now and then begins anew
 * with nothing in memory. After each step no two clients believe to hold leases that conflict.
 */
export class LeasePuzzle {
  #lead: Lead = createLead();
  readonly #clients: PuzzleClient[] = [];
  readonly #oids: Oid[] = [];
  #request = 0;
  #nowMs = 0;
  #nextRange = 1_000;

  constructor({ clients, objects }: { readonly clients: number; readonly objects: number }) {
    this.#lead.step({ kind: "started", nowMs: 0, knownClients: [], orphans: [] });
    for (let number = 1; number <= objects; number += 1) this.#oids.push(oid(number));
    for (let id = 1; id <= clients; id += 1) {
      const client = new PuzzleClient(id);
      this.#clients.push(client);
      this.#tell(client, { kind: "sessionOpened" } as Event);
    }
  }

  /** @param action What is done. @param who By which client. @param which To what. */
  step(action: number, who: number, which: number): void {
    const client = pick(this.#clients, who);
    if (action < 3) this.#ask(client, which);
    else if (action < 7) this.#deliver(client, which);
    else if (action < 10) {
      const running = [...client.operations.values()].filter(({ runs }) => runs);
      if (running.length > 0) client.end(pick(running, which));
    } else if (which % 5 === 0) this.#breakOrMend(client);
    else if (which % 5 === 1) this.#create(client);
    else if (which % 5 === 2) client.shed(which);
    else if (which % 5 === 4) this.#look(client, which);
    else if (which % 20 === 3) this.#restart();
    else if (which % 20 === 8) this.#remove(client, which);
    else if (which % 20 === 13) this.#wait();
    this.#check();
  }

  /** All connections are mended, all messages arrive, all operations end: so nobody waits any more. */
  finish(): void {
    for (const client of this.#clients) if (!client.connected) this.#breakOrMend(client);
    for (let quiet = false; !quiet; ) {
      quiet = true;
      for (const client of this.#clients) {
        while (client.toLead.length + client.fromLead.length > 0) {
          quiet = false;
          this.#deliver(client, client.toLead.length > 0 ? 0 : 1);
          this.#check();
        }
        for (const operation of [...client.operations.values()]) if (operation.runs) client.end(operation);
        if (client.toLead.length > 0) quiet = false;
      }
      if (this.#lead.dueMs === undefined) continue;
      quiet = false;
      this.#wait();
    }
    assert.equal(this.#lead.counts().waiting, 0, "somebody waits for ever");
    for (const client of this.#clients) assert.equal(client.operations.size, 0, "an operation was never answered");
    for (const client of this.#clients) this.#tell(client, { kind: "sessionEnded" } as Event);
    assert.equal(this.#lead.size, 0, "something is left behind");
  }

  #ask(client: PuzzleClient, which: number): void {
    if (!client.connected) return;
    this.#request += 1;
    const count = 1 + (which % 3);
    const wants = Array.from({ length: count }, (_, index): Want => {
      return { oid: pick(this.#oids, which * 7 + index * 3), mode: (which >> index) % 2 === 0 ? 1 : 2 };
    }).filter((want, index, all) => all.findIndex((other) => other.oid === want.oid) === index);
    const extras: Want[] = which % 4 === 0 ? [{ oid: pick(this.#oids, which), mode: which % 8 === 0 ? 1 : 2 }] : [];
    client.operations.set(this.#request, { request: this.#request, wants, extras, runs: false });
    client.toLead.push({ kind: "acquire", request: this.#request, wants, extras } as Event);
  }

  #look(client: PuzzleClient, which: number): void {
    if (client.connected) client.toLead.push({ kind: "look", oid: pick(this.#oids, which) });
  }

  #remove(client: PuzzleClient, which: number): void {
    const gone = client.connected ? client.remove(which) : undefined;
    if (gone !== undefined && this.#oids.length > 1) this.#oids.splice(this.#oids.indexOf(gone), 1);
  }

  #wait(): void {
    this.#nowMs += 7;
    for (const effect of this.#lead.step({ kind: "tick", nowMs: this.#nowMs })) this.#send(effect);
  }

  #deliver(client: PuzzleClient, which: number): void {
    if (which % 2 === 0) {
      const event = client.toLead.shift();
      if (event?.kind !== "look") {
        if (event !== undefined) this.#tell(client, event);
      } else if (this.#lead.offer(clientId(client.id), event.oid)) {
        client.fromLead.push({ kind: "leased", oid: event.oid });
      }
    } else {
      const effect = client.fromLead.shift();
      if (effect !== undefined) client.receive(effect);
    }
  }

  #breakOrMend(client: PuzzleClient): void {
    if (client.connected) {
      client.disconnect();
      this.#tell(client, { kind: "disconnected" } as Event);
      return;
    }
    client.connect();
    this.#tell(client, { kind: "connected" } as Event);
  }

  #restart(): void {
    for (const client of this.#clients) if (client.connected) client.disconnect();
    this.#lead = createLead();
    const knownClients = this.#clients.map(({ id }) => clientId(id));
    this.#lead.step({ kind: "started", nowMs: 0, knownClients, orphans: [] });
  }

  #create(client: PuzzleClient): void {
    if (!client.connected) return;
    if (client.nextOid >= client.endOid) {
      client.nextOid = this.#nextRange;
      client.endOid = this.#nextRange + 10;
      this.#nextRange = client.endOid;
      this.#tell(client, { kind: "oidsGiven", from: oid(client.nextOid), to: oid(client.endOid) } as Event);
    }
    const made = oid(client.nextOid);
    client.nextOid += 1;
    client.held.set(made, { mode: 2, users: 0, revoked: undefined });
    this.#oids.push(made);
  }

  #tell(client: PuzzleClient, event: Event): void {
    const whole = { ...event, nowMs: this.#nowMs, client: clientId(client.id) } as LeadEvent;
    for (const effect of this.#lead.step(whole)) this.#send(effect);
  }

  #send(effect: LeadEffect): void {
    const to = pick(this.#clients, effect.client - 1);
    if (to.connected) to.fromLead.push(effect);
  }

  #check(): void {
    for (const object of this.#oids) {
      const modes = this.#clients.map((client) => client.held.get(object)?.mode ?? 0).filter((mode) => mode > 0);
      assert.ok(modes.length < 2 || !modes.includes(2), `conflicting leases of ${object}`);
    }
  }
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  assert.ok(found !== undefined);
  return found;
}
