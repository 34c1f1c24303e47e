import type { ClientId, Oid, Sequence } from "../../daemons/core/brand.ts";
import { sequence } from "../../daemons/core/brand.ts";
import { ok, type Result } from "../../daemons/core/result.ts";
import type { MemoryStore } from "../../daemons/fserver/core/memory-store.ts";
import type { Applied, Store } from "../../daemons/fserver/core/store.ts";
import type { Change } from "../../daemons/wire/messages.ts";
import type { Agenda } from "../support/agenda.ts";
import type { Random } from "./random.ts";

/** Something that changes the store, to be done again after a loss of power. */
type Deed = { readonly run: (store: MemoryStore) => void; readonly client?: ClientId; readonly change?: Change };

/** Milliseconds: what nobody asks for is durable after so long; what somebody asks for, at most. */
const COMMIT_MS = 60;
const SYNC_MS = 12;

/** A member's disk with a journal before it: what was done is there after a crash, but after a loss of power only a part. */
export class DurableStore implements Store {
  readonly #make: () => MemoryStore;
  readonly #agenda: Agenda;
  readonly #random: Random;
  #store: MemoryStore;
  #deeds: Deed[] = [];
  /** How many of them are on the disk. */
  #durable = 0;
  readonly #positions = new Map<ClientId, Sequence>();
  /** Data of durable writes, by object. */
  readonly #written = new Map<Oid, string>();
  #isCommitting = false;
  /** Counts losses of power: what was asked before is void. */
  #life = 0;
  /** Counts crashes: who asked before is told nothing. */
  #process = 0;

  constructor(make: () => MemoryStore, agenda: Agenda, random: Random) {
    this.#make = make;
    this.#agenda = agenda;
    this.#random = random;
    this.#store = make();
  }

  /** What of changes is on disk is there; of the others the first ones may be. */
  losePower(): void {
    this.#life += 1;
    this.#isCommitting = false;
    const kept = this.#durable + this.#random.below(this.#deeds.length - this.#durable + 1);
    this.#deeds = this.#deeds.slice(0, kept);
    this.#store = this.#make();
    for (const { run } of this.#deeds) run(this.#store);
    this.#commit(kept);
  }

  /** The process that used it is no more. */
  abandon(): void {
    this.#process += 1;
  }

  /** All data that were written to an object and are on disk. */
  written(oid: Oid): string {
    return this.#written.get(oid) ?? "";
  }

  #do<T>(run: (store: MemoryStore) => T): T {
    this.#deeds.push({ run });
    return run(this.#store);
  }

  /** Done, and on disk before anybody is told. */
  #doForSure<T>(run: (store: MemoryStore) => T): T {
    const done = this.#do(run);
    this.#commit(this.#deeds.length);
    return done;
  }

  #commit(count: number): void {
    for (; this.#durable < count; this.#durable += 1) {
      const { client, change } = this.#deeds[this.#durable] as Deed;
      if (client === undefined || change === undefined) continue;
      this.#positions.set(client, change.origin.seq);
      if (change.kind !== "write") continue;
      const text = Buffer.from(change.data).toString("latin1");
      this.#written.set(change.oid, `${this.#written.get(change.oid) ?? ""}\n${text}`);
    }
  }

  #later(ms: number, run: () => void): void {
    const life = this.#life;
    this.#agenda.after(ms, () => {
      if (this.#life === life) run();
    });
  }

  apply(client: ClientId, change: Change): Applied {
    const applied = this.#store.apply(client, change);
    if (applied.kind !== "applied") return applied;
    const again = kept(change);
    this.#deeds.push({ run: (store) => store.apply(client, again), client, change: again });
    if (!this.#isCommitting) {
      this.#isCommitting = true;
      this.#later(COMMIT_MS, () => {
        this.#isCommitting = false;
        this.#commit(this.#deeds.length);
      });
    }
    return applied;
  }

  sync(oid: Oid, done: (result: Result<void>) => void): void {
    const there = this.#store.attributes(oid);
    if (!there.ok) return done(there);
    const count = this.#deeds.length;
    const process = this.#process;
    this.#later(this.#random.next() * SYNC_MS, () => {
      this.#commit(count);
      if (this.#process === process) done(ok(undefined));
    });
  }

  checkpoint(): void {
    this.#commit(this.#deeds.length);
  }

  durable(client: ClientId): Sequence {
    return this.#positions.get(client) ?? sequence(0);
  }

  drawClientId(): ClientId {
    return this.#doForSure((store) => store.drawClientId());
  }

  drawOids(count: number): ReturnType<Store["drawOids"]> {
    return this.#doForSure((store) => store.drawOids(count));
  }

  register(client: ClientId): void {
    this.#doForSure((store) => store.register(client));
  }

  fence(client: ClientId): void {
    this.#do((store) => store.fence(client));
  }

  end(client: ClientId): void {
    this.#doForSure((store) => store.end(client));
  }

  restart(): void {
    this.#doForSure((store) => store.restart());
  }

  reserve(...range: Parameters<Store["reserve"]>): Result<void> {
    return this.#do((store) => store.reserve(...range));
  }

  get storeId(): Uint8Array {
    return this.#store.storeId;
  }

  get run(): number {
    return this.#store.run;
  }

  get full(): boolean {
    return this.#store.full;
  }

  position(client: ClientId): Sequence | undefined {
    return this.#store.position(client);
  }

  standing(client: ClientId): ReturnType<Store["standing"]> {
    return this.#store.standing(client);
  }

  recall(...what: Parameters<Store["recall"]>): void {
    this.#store.recall(...what);
  }

  sessions(): readonly ClientId[] {
    return this.#store.sessions();
  }

  lookup(...what: Parameters<MemoryStore["lookup"]>): ReturnType<Store["lookup"]> {
    return this.#store.lookup(...what);
  }

  attributes(oid: Oid): ReturnType<Store["attributes"]> {
    return this.#store.attributes(oid);
  }

  readLink(oid: Oid): ReturnType<Store["readLink"]> {
    return this.#store.readLink(oid);
  }

  list(...what: Parameters<Store["list"]>): ReturnType<Store["list"]> {
    return this.#store.list(...what);
  }

  read(...what: Parameters<Store["read"]>): ReturnType<Store["read"]> {
    return this.#store.read(...what);
  }

  seek(...what: Parameters<Store["seek"]>): ReturnType<Store["seek"]> {
    return this.#store.seek(...what);
  }

  getXattr(...what: Parameters<Store["getXattr"]>): ReturnType<Store["getXattr"]> {
    return this.#store.getXattr(...what);
  }

  listXattr(...what: Parameters<Store["listXattr"]>): ReturnType<Store["listXattr"]> {
    return this.#store.listXattr(...what);
  }

  isBare(...what: Parameters<Store["isBare"]>): ReturnType<Store["isBare"]> {
    return this.#store.isBare(...what);
  }

  space(): ReturnType<Store["space"]> {
    return this.#store.space();
  }

  count(): number {
    return this.#store.count();
  }

  orphans(): readonly Oid[] {
    return this.#store.orphans();
  }

  /** As {@link MemoryStore.dump}. */
  dump(): string {
    return this.#store.dump();
  }

  close(): void {}
}

/** Views are of a buffer that is used anew. */
function kept(change: Change): Change {
  if (change.kind === "write") return { ...change, data: new Uint8Array(change.data) };
  if (change.kind === "setXattr") return { ...change, value: new Uint8Array(change.value) };
  return change;
}
