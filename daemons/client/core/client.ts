import type { ClientId, Oid } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { errnoName } from "../../core/errno.ts";
import { ok, type Result } from "../../core/result.ts";
import type { CacheReport, MountMemberReport, SyncLeft } from "../../core/report.ts";
import type { KernelRequest } from "../../fuse/core/request.ts";
import { LEASE, REFUSAL, type Change, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { cacheReport } from "./cache-report.ts";
import { change, isDone } from "./change.ts";
import { linkOptions, makeContext, readersOf, writableOf, type ClientOptions, type Settings } from "./client-parts.ts";
import type { Context } from "./context.ts";
import { operationFor } from "./dispatch.ts";
import type { Work } from "./change-entry.ts";
import { hex } from "./hex.ts";
import { nowMs } from "./judge.ts";
import { LeadSession, type LeadSessionOptions } from "./lead-session.ts";
import { MemberLink } from "./member-link.ts";
import { run, type Operation } from "./operation.ts";
import type { Inheritance, KeptChange } from "./kept-state.ts";
import { orphaned } from "./op-open.ts";
import { replay } from "./op-replay.ts";
import type { ClientPorts } from "./ports.ts";
import type { Replay } from "./replays.ts";
import { reclaimMessages } from "./reclaim.ts";
import { barrierLeft, beginSync, type Barrier } from "./sync-all.ts";
import { Tasks } from "./tasks.ts";

export type { ClientOptions } from "./client-parts.ts";

/** After so long an order to purge is tried again: somebody's change of the orphan did not end in time. */
const PURGE_AGAIN_MS = 1_000;

/** The kernel repeats requests at once when it is asked to. What it has not repeated by then needs no answer. */
const REPLAYS_MS = 10_000;

/**
 * One mount's client: connections to all members of its group, its session, leases, locks and change log, and the
 * operations that answer the kernel. Sans-I/O: see {@link ClientPorts}.
 */
export class Client {
  readonly #settings: Settings;
  readonly #ports: ClientPorts;
  readonly #links: readonly MemberLink[];
  readonly #lead: LeadSession;
  readonly #context: Context;
  readonly #tasks: Tasks;
  /** Why members refused this client last. */
  readonly #refusals = new Map<MemberLink, string>();
  #purging = 0;

  /** @param inheritance What an earlier process of this mount left, to go on from. */
  constructor(options: ClientOptions, ports: ClientPorts, inheritance?: Inheritance) {
    this.#settings = { now: options };
    this.#ports = ports;
    this.#links = options.members.map((_, place) => this.#makeLink(place));
    this.#lead = new LeadSession(this.link(options.lead), this.#leadOptions(options), ports, {
      opened: (client) => this.#opened(client),
      resumesIn: () => this.#context.leases.inheritedMs,
      resume: (isNewRun) => this.#resume(isNewRun),
    });
    this.#context = makeContext(this.#settings, ports, this.#links, this.#lead);
    this.#tasks = new Tasks(ports, (unique) => this.#answered(unique));
    if (inheritance !== undefined) this.#inherit(inheritance);
  }

  /** Goes on as the same client: what was under way is finished first, and handles and locks stay. */
  #inherit({ session, files, locks, changes, lastSequence }: Inheritance): void {
    const c = this.#context;
    c.files.inherit(files);
    c.locks.inherit(locks);
    const begun = changes.map((kept) => ({ kept, replay: this.#replayOf(kept) }));
    if (session === undefined) {
      for (const { kept, replay } of begun) {
        this.#ports.keptState?.settled(kept.change.origin.seq, undefined);
        if (kept.outcome === undefined) replay?.settle({ kind: "unknown", errno: "EIO", because: "another session" });
      }
      const lost = changes.filter(({ outcome }) => outcome === undefined).map(({ change }) => change);
      this.#rescue(lost, "the session in which they were made cannot be gone on with");
    } else {
      this.#lead.inherit(session);
      for (const link of c.writable) link.inherit(session.client, session.known.includes(link.server));
      const unfinished = begun
        .filter(({ kept }) => !kept.isDurable)
        .map(({ kept, replay }) => ({ change: kept.change, work: this.#inheritedWork(kept, replay) }));
      c.replicator.inherit(unfinished, lastSequence);
    }
    this.#ports.after(REPLAYS_MS, () => {
      for (const unique of c.replays.unwanted()) this.#answered(unique);
    });
  }

  /** What the request that a change was begun for is to be told when the kernel makes it once more. */
  #replayOf({ change: begun, unique, outcome }: KeptChange): Replay | undefined {
    if (unique === 0) return undefined;
    const replay = this.#context.replays.add(unique, begun);
    if (outcome === undefined) return replay;
    const errno = outcome.errno === 0 ? undefined : errnoName(outcome.errno);
    replay.settle({ kind: "changed", errno, count: outcome.count, attributes: undefined });
    return replay;
  }

  #inheritedWork({ change, under }: KeptChange, replay: Replay | undefined): Work {
    const use = this.#context.leases.inherit(under);
    return {
      isAnswered: true,
      build: () => undefined,
      done: (outcome) => replay?.settle(outcome),
      settled: (outcome) => {
        // Nobody waits for it any more: it had been answered.
        if (outcome?.errno !== undefined && replay?.isWanted !== true) {
          const touched = change.origin.touches.map(({ oid }) => oid);
          this.#context.late.failed(touched, outcome.errno, change.kind, nowMs(this.#context));
        }
        const orphan = isDone(outcome) ? orphanOf(change) : undefined;
        if (orphan !== undefined) orphaned(this.#context, orphan);
        this.#context.leases.settled(use);
      },
    };
  }

  #makeLink(place: number): MemberLink {
    const link: MemberLink = new MemberLink(linkOptions(this.#settings, place), this.#ports, {
      welcomed: (welcome, client, arrived) => this.#welcomed(link, welcome, client, arrived),
      refused: (code, because, client) => this.#refused(link, { code, because, client }),
      asking: () => this.#context.replicator.sendStaged(),
      beaten: () => this.#beaten(),
      lost: (because) => this.#lost(link, because),
      unasked: (message) => this.#unasked(link, message),
    });
    return link;
  }

  /** Its patience may change while it runs. */
  #leadOptions({ host, at }: ClientOptions): LeadSessionOptions {
    const settings = this.#settings;
    return {
      host,
      at,
      get giveUpMs() {
        return settings.now.giveUpMs;
      },
    };
  }

  /**
   * The kernel was served by an earlier process until now, which may have told it anything. To be said before
   * {@link start}, once the kernel can be told to forget.
   */
  inheritKernel(): void {
    this.#context.leases.inheritKernel(this.#context.files.oids());
  }

  start(): void {
    for (const link of this.#links) link.start();
  }

  /**
   * Whether these options need another session than the present one, since others are to be written: numbers of changes
   * begin anew with a session, and a member that comes in must see the first.
   */
  needsNewSession(options: ClientOptions): boolean {
    const next = writableOf(options, this.#links);
    return next.length !== this.#context.writable.length || next.some((link) => !this.#context.writable.includes(link));
  }

  /**
   * Goes by other options: priorities, permissions, timeouts, the configuration's hash. The members and the lead stay.
   * Where a new session is needed, nothing should be under way: what is gets errors.
   */
  renew(options: ClientOptions): void {
    const isNewSession = this.needsNewSession(options);
    this.#settings.now = options;
    this.#context.readers.renew(readersOf(options, this.#links));
    this.#context.readers.arrived();
    if (!isNewSession) return;
    const before = this.#context.writable;
    this.#context.writable = writableOf(options, this.#links);
    this.#context.replicator.renew(this.#context.writable);
    this.#beginAnew("other members are to be written", before);
  }

  /** Ends all connections, and the session with them where its members can be reached. */
  stop(): void {
    const bye = this.#bye();
    for (const link of this.#links) link.stop(bye);
  }

  #bye(): MessageOfKind<"bye"> {
    const { replicator } = this.#context;
    return { kind: "bye", level: replicator.unsent === 0 && replicator.isDurable ? 1 : 0 };
  }

  /** Ends all connections; the session stays, for another process to go on with. */
  leave(): void {
    for (const link of this.#links) link.stop();
  }

  link(place: number): MemberLink {
    const link = this.#links[place];
    if (link === undefined) throw new Error(`no member ${place}`);
    return link;
  }

  /** One request of the kernel; answered through the ports, now or later. */
  request(request: KernelRequest): void {
    if (request.op === "forget" || request.op === "batchForget") return;
    if (request.op === "interrupt") this.#tasks.interrupt(request.target);
    else this.#tasks.start(request, this.#operation(request));
  }

  #operation(request: KernelRequest): Operation<void> {
    return request.header.resent ? replay(this.#context, request) : operationFor(this.#context, request);
  }

  /** The kernel has its answer: nothing of the request is needed any more. */
  #answered(unique: number): void {
    this.#context.replays.delete(unique);
    this.#ports.keptState?.answered(unique);
  }

  /** Operations that have not ended, and changes not acknowledged by all. */
  get busy(): number {
    return this.#tasks.count + this.#context.replicator.unsent;
  }

  /** As {@link busy}, less the locks that are waited for: 0 within a moment, once no requests come. */
  get underWay(): number {
    return this.#tasks.bounded + this.#context.replicator.unsent + this.#purging;
  }

  /** Changes not acknowledged by all, and orphans that are to be purged. */
  get unsent(): number {
    return this.#context.replicator.unsent + this.#purging;
  }

  /** The kernel has let go of the mount: waits until the lead has heard what was closed last, and has answered. */
  settle(done: () => void): void {
    // The lead answers in order: what it wants purged has been asked for before it answers a beat.
    this.#lead.link.beat(done);
  }

  /** Has every other client give an object back, with all its changes of it. */
  take(oid: Oid, done: (result: Result<void>) => void): void {
    const { leases } = this.#context;
    run(leases.acquire([{ oid, mode: LEASE.write }]), (got) => {
      if (got.ok) leases.release(got.value);
      done(got.ok ? ok(undefined) : got);
    });
  }

  /** The barrier of `pohmelfs sync`: all that was answered before is durable on all writable members. */
  sync(done: (result: Result<void>) => void): Barrier {
    return beginSync(this.#context, done);
  }

  /** What of all changes not every writable member has. */
  get left(): SyncLeft {
    return barrierLeft(this.#context, this.#context.replicator.newest);
  }

  /** What is kept at hand, and what of that is not on the members yet. */
  get cache(): CacheReport {
    return cacheReport(this.#context);
  }

  get stopped(): string {
    return this.#context.replicator.stopped;
  }

  get clientId(): ClientId {
    return this.#lead.client;
  }

  /** All writable members are there and know the session. */
  get complete(): boolean {
    return this.#lead.client !== 0 && this.stopped === "";
  }

  /** At least one member can be read. */
  get readable(): boolean {
    return this.#context.readers.pick(new Set()) !== undefined;
  }

  members(): readonly MountMemberReport[] {
    return this.#settings.now.members.map((member, place) => {
      const { up, because, reads, changes } = this.link(place);
      const { server, address, port, priority, permissions } = member;
      return { server, address, port, active: up, priority, permissions, because, reads, changes };
    });
  }

  // --- session

  #welcomed(link: MemberLink, welcome: MessageOfKind<"welcome">, client: ClientId, arrived: boolean): void {
    if (arrived) this.#arrived(link, welcome);
    const isLead = link === this.#lead.link;
    if (isLead) this.#lead.welcomed(welcome, client);
    if (client !== 0) this.#keepSession();
    // What was under way goes first: later changes have later numbers.
    const lost = client === 0 ? [] : this.#context.replicator.welcomed(link, welcome.applied);
    // Of an orphan that was closed meanwhile, the lead of before was told.
    for (const orphan of isLead ? lost.map((change) => orphanOf(change)) : [])
      if (orphan !== undefined) orphaned(this.#context, orphan);
    if (isLead && client !== 0) this.#lead.begin();
    this.#context.readers.arrived();
    link.beat();
  }

  #beaten(): void {
    const { replicator, writable } = this.#context;
    const following = writable.filter(({ place }) => !replicator.isDiverged(place));
    replicator.durable(Math.min(...following.map(({ durable }) => durable)));
    replicator.pump();
  }

  #keepSession(): void {
    const { client, run } = this.#lead;
    if (client === 0) return;
    const known = this.#context.writable.filter((link) => link.knows(client)).map(({ server }) => server);
    this.#ports.keptState?.session({ client, run, known });
  }

  #arrived(link: MemberLink, { configHash, storeId }: MessageOfKind<"welcome">): void {
    const { server } = link;
    this.#refusals.delete(link);
    const own = this.#settings.now.configHash;
    this.#ports.event({ kind: "memberUp", server });
    if (configHash.length > 0 && own.length > 0 && !equal(configHash, own))
      this.#ports.event({ kind: "configDiffers", server });
    if (link.storeId !== "" && link.storeId !== hex(storeId))
      this.#context.replicator.diverge(link, `${server} has another disk than before`);
  }

  #opened(client: ClientId): void {
    this.#ports.event({ kind: "sessionOpened", client });
    this.#keepSession();
    // Who is only read need not know the session.
    for (const link of this.#context.writable) if (link !== this.#lead.link) link.identify(client);
  }

  /** Tells the lead of locks, leases and open objects: what was said on an earlier connection may not have arrived. */
  #resume(isNewRun: boolean): void {
    this.#keepSession();
    const { locks, oids, leases, files } = this.#context;
    locks.resume(isNewRun);
    // A new run knows of no numbers handed out: what is made from here on must be under a range that it knows (L5).
    if (isNewRun) oids.reset();
    for (const message of reclaimMessages(leases, files)) this.#lead.link.ask(message, () => {});
  }

  #refused(link: MemberLink, no: { readonly code: number; readonly because: string; readonly client: ClientId }): void {
    // It is tried again each second, and says the same.
    if (this.#refusals.get(link) !== no.because) {
      this.#ports.event({ kind: "memberRefused", server: link.server, because: no.because });
    }
    this.#refusals.set(link, no.because);
    if (no.code === REFUSAL.fenced && no.client !== 0 && no.client === this.#lead.client) this.#endSession(no.because);
  }

  /** A member no longer knows this session: whatever was held under it is void, and a new one is opened. */
  #endSession(why: string): void {
    const { replicator, locks, writable } = this.#context;
    const { halfway } = replicator;
    const because = halfway === 0 ? why : `${why}; ${halfway} changes were under way: compare what the servers have`;
    locks.reset(because);
    this.#beginAnew(because, writable);
  }

  /**
   * Another session. Locks that are still remembered are set again in it.
   * @param known The members that know the present one.
   */
  #beginAnew(because: string, known: readonly MemberLink[]): void {
    const { replicator, leases, oids } = this.#context;
    const bye = this.#bye();
    this.#ports.event({ kind: "sessionLost", client: this.#lead.client, because });
    this.#rescue(replicator.answered, because);
    this.#lead.ended();
    replicator.reset(because);
    leases.reset();
    oids.reset();
    for (const link of known) link.leave(bye);
  }

  /** Nobody can send them any more: they go to whoever looks after the group. */
  #rescue(changes: readonly Change[], because: string): void {
    const path = changes.length === 0 ? undefined : this.#ports.rescue?.(changes, because);
    if (path !== undefined) this.#context.late.rescued(path);
  }

  #lost(link: MemberLink, because: string): void {
    this.#ports.event({ kind: "memberDown", server: link.server, because });
    if (link === this.#lead.link) this.#lead.lost();
    if (this.#context.writable.includes(link)) this.#context.replicator.lost();
  }

  #unasked(link: MemberLink, message: Message): void {
    if (link === this.#lead.link && message.kind === "revoke") this.#context.leases.revoke(message);
    else if (link === this.#lead.link && message.kind === "purgeOrder") this.#startPurge(message.oid);
    else link.drop(`sent ${message.kind}, which nobody asked for`);
  }

  #startPurge(oid: Oid): void {
    this.#purging += 1;
    run(this.#purge(oid), (done) => {
      this.#purging -= 1;
      // A lead that was lost meanwhile gives the order again.
      if (!done && this.#lead.ready) this.#ports.after(PURGE_AGAIN_MS, () => this.#startPurge(oid));
    });
  }

  /**
   * Nobody has the orphan open: it goes, on all members.
   * @returns Whether nothing is left to do. One that is open by now, its name having been looked up before it went, is
   *   ordered again by the lead when it is closed elsewhere; and here, tried again.
   */
  *#purge(oid: Oid): Operation<boolean> {
    const c = this.#context;
    // Who has it open is asked of the lead each time: what a lease of before says of it may be long over.
    c.leases.doubt(oid);
    const got = yield* c.leases.acquire([{ oid, mode: LEASE.write }]);
    if (!got.ok) return got.errno === "ESTALE";
    const isOpenHere = c.files.isOpen(oid);
    const isOpen = isOpenHere || c.leases.get(oid)?.inUse === true;
    // Who opens it from now on waits, and finds it gone.
    c.leases.doubt(oid);
    const order = { caller: ROOT_CALLER, under: [got.value], touched: [oid], body: { kind: "purge", oid } } as const;
    const outcome = isOpen ? undefined : yield* change(c, order);
    c.leases.release(got.value);
    return outcome === undefined ? !isOpenHere : outcome.kind === "changed";
  }
}

/** The object that a change may have left without a name, while somebody has it open. */
function orphanOf(made: Change): Oid | undefined {
  if (made.kind === "remove" && made.keep === 1) return made.oid;
  if (made.kind === "rename" && made.keep === 1) return made.replaced;
  return made.kind === "create" && made.name === "" ? made.oid : undefined;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}
