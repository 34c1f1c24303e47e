import { clientId, type ClientId, type Oid } from "../../core/brand.ts";
import type { MountMemberReport } from "../../core/report.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { KernelRequest } from "../../fuse/core/request.ts";
import { LIMIT, REFUSAL, type Message, type MessageOfKind } from "../../wire/messages.ts";
import type { Context, MountOptions } from "./context.ts";
import { operationFor } from "./dispatch.ts";
import { Hints } from "./hints.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { LEASE } from "../../wire/messages.ts";
import { MemberLink, type LinkOptions } from "./member-link.ts";
import { change } from "./change.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { OidRange } from "./oid-range.ts";
import { OpenFiles } from "./open-files.ts";
import { run, wait, type Operation, type Task } from "./operation.ts";
import type { ClientPorts } from "./ports.ts";
import { Readers } from "./readers.ts";
import { Replicator } from "./replicator.ts";

export type ClientMember = {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly priority: number;
  readonly permissions: 1 | 2 | 3;
};

export type ClientOptions = {
  readonly index: number;
  readonly members: readonly ClientMember[];
  /** Place of the lead among the members. */
  readonly lead: number;
  readonly host: string;
  readonly at: string;
  readonly configHash: Uint8Array;
  readonly beatMs: number;
  readonly suspectMs: number;
  readonly giveUpMs: number;
  readonly mount: MountOptions;
};

/** What the lead must hear sometime, but cannot now: bounded, as a leak of orphans there is mended at its restart. */
const TELL_LATER_MAX = 65_536;
const RECLAIM_AT_ONCE = 4_096;

/**
 * One mount's client: connections to all members of its group, its session, leases and change log, and the operations
 * that answer the kernel. Sans-I/O: see {@link ClientPorts}.
 */
export class Client {
  readonly #options: ClientOptions;
  readonly #ports: ClientPorts;
  readonly #links: readonly MemberLink[];
  readonly #lead: MemberLink;
  readonly #context: Context;
  readonly #tasks = new Map<number, Task>();
  #tellLater: Message[] = [];
  #client: ClientId = clientId(0);
  #waitingForLead = new Set<() => void>();
  #opening = false;
  #purging = 0;

  constructor(options: ClientOptions, ports: ClientPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#links = options.members.map((member, place) => this.#makeLink(member, place));
    const lead = this.#links[options.lead];
    if (lead === undefined) throw new Error("the lead is none of the members");
    this.#lead = lead;
    this.#context = this.#makeContext();
  }

  #makeLink(member: ClientMember, place: number): MemberLink {
    const { index, host, configHash, beatMs, suspectMs } = this.#options;
    const options: LinkOptions = { place, server: member.server, index, host, configHash, beatMs, suspectMs };
    const link: MemberLink = new MemberLink(options, this.#ports, {
      welcomed: (welcome, client, arrived) => this.#welcomed(link, welcome, client, arrived),
      refused: (code, because) => this.#refused(link, code, because),
      lost: (because) => this.#lost(link, because),
      unasked: (message) => this.#unasked(link, message),
    });
    return link;
  }

  #makeContext(): Context {
    const { members, giveUpMs, mount } = this.#options;
    const withBit = (bit: number): MemberLink[] =>
      this.#links.filter((_, place) => ((members[place]?.permissions ?? 0) & bit) !== 0);
    const writable = withBit(2);
    const replicator = new Replicator(writable, this.#ports, { giveUpMs }, (place, because) =>
      this.#diverged(place, because),
    );
    // A read-only member is fed by the servers, which this version does not do yet: it is never in sync.
    const readable = writable.filter((link) => members[link.place]?.permissions === 3);
    const files = new OpenFiles();
    return {
      ports: this.#ports,
      options: mount,
      links: this.#links,
      writable,
      lead: this.#lead,
      readers: new Readers(
        readable.map((link) => ({ link, priority: members[link.place]?.priority ?? 0 })),
        (link) => !replicator.isDiverged(link.place),
        this.#ports,
        giveUpMs,
      ),
      leases: new LeaseHolder(
        this.#lead,
        () => this.#awaitLead(),
        (oid) => files.isOpen(oid),
        (oid) => files.oweUnused(oid),
      ),
      replicator,
      hints: new Hints(),
      files,
      oids: new OidRange(this.#lead),
      lockOwners: new Map(),
      tellLead: (message) => this.#tellLead(message),
    };
  }

  start(): void {
    for (const link of this.#links) link.start();
  }

  /** Ends all connections; the session ends in order where the lead can be reached. */
  stop(): void {
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
    if (request.op === "interrupt") {
      this.#tasks.get(request.target)?.interrupt();
      return;
    }
    const { unique } = request.header;
    let ended = false;
    const task = run(operationFor(this.#context, request), () => {
      ended = true;
      this.#tasks.delete(unique);
    });
    if (!ended) this.#tasks.set(unique, task);
  }

  /** Operations that have not ended, and changes not acknowledged by all. */
  get busy(): number {
    return this.#tasks.size + this.#context.replicator.unsent;
  }

  /** Changes not acknowledged by all, and orphans that are to be purged. */
  get unsent(): number {
    return this.#context.replicator.unsent + this.#purging;
  }

  /** The kernel has let go of the mount: waits until the lead has heard what was closed last, and has answered. */
  settle(done: () => void): void {
    // The lead answers in order: what it wants purged has been asked for before it answers a beat.
    this.#lead.beat(done);
  }

  get stopped(): string {
    return this.#context.replicator.stopped;
  }

  get clientId(): ClientId {
    return this.#client;
  }

  /** All writable members are there and know the session. */
  get complete(): boolean {
    return this.#client !== 0 && this.stopped === "";
  }

  /** At least one member can be read. */
  get readable(): boolean {
    return this.#context.readers.pick(new Set()) !== undefined;
  }

  members(): readonly MountMemberReport[] {
    return this.#options.members.map((member, place) => {
      const link = this.link(place);
      const { server, address, port, priority, permissions } = member;
      return {
        server,
        address,
        port,
        active: link.up,
        priority,
        permissions,
        because: link.because,
        reads: link.reads,
        changes: link.changes,
      };
    });
  }

  // --- session

  #welcomed(link: MemberLink, welcome: MessageOfKind<"welcome">, client: ClientId, arrived: boolean): void {
    if (arrived) this.#ports.event({ kind: "memberUp", server: link.server });
    if (
      arrived &&
      welcome.configHash.length > 0 &&
      this.#options.configHash.length > 0 &&
      !equal(welcome.configHash, this.#options.configHash)
    ) {
      this.#ports.event({ kind: "configDiffers", server: link.server });
    }
    if (link === this.#lead) this.#leadWelcomed(client);
    if (client !== 0) this.#inSession(link, welcome);
    this.#context.readers.arrived();
    link.beat();
  }

  /** A member stands in the session: what it has not acknowledged is sent again. */
  #inSession(link: MemberLink, welcome: MessageOfKind<"welcome">): void {
    if (this.#context.writable.includes(link)) this.#context.replicator.welcomed(link, welcome.applied);
  }

  #leadWelcomed(client: ClientId): void {
    if (client === 0) {
      this.#openSession();
      return;
    }
    // The same run remembers everything, but may have granted or revoked what never arrived here; a new run remembers
    // nothing. Told what is held, both know.
    this.#reclaim();
    this.#leadBack();
  }

  #openSession(): void {
    if (this.#opening) return;
    this.#opening = true;
    const { host, at } = this.#options;
    this.#lead.ask({ kind: "open", host, at }, (answer) => {
      this.#opening = false;
      if (answer.kind !== "opened") {
        if (answer.kind !== "lost")
          this.#lead.drop(answer.kind === "failed" ? answer.because : `answered open with ${answer.kind}`);
        return;
      }
      this.#client = answer.client;
      this.#ports.event({ kind: "sessionOpened", client: answer.client });
      this.#lead.adopt(answer.client);
      for (const link of this.#links) if (link !== this.#lead) link.identify(answer.client);
      this.#reclaim();
      this.#leadBack();
      this.#context.replicator.pump();
    });
  }

  /** Tells the lead which leases are held, and what is open without one. */
  #reclaim(): void {
    // A new run knows of no numbers handed out: what is made from here on must be under a range that it knows (L5).
    this.#context.oids.reset();
    const held = this.#context.leases
      .reclaim()
      .map(({ oid, mode }) => ({ oid, mode, inUse: this.#context.files.isOpen(oid) ? 1 : 0 }));
    const known = new Set<Oid>(held.map(({ oid }) => oid));
    const open = this.#context.files.oids().filter((oid) => !known.has(oid));
    for (const oid of open) this.#context.files.oweUnused(oid);
    const leases = [...held, ...open.map((oid) => ({ oid, mode: LEASE.none, inUse: 1 }))];
    for (let from = 0; from === 0 || from < leases.length; from += RECLAIM_AT_ONCE) {
      const some = leases.slice(from, Math.min(from + RECLAIM_AT_ONCE, LIMIT.entries));
      this.#lead.ask(
        { kind: "reclaim", leases: some, last: from + RECLAIM_AT_ONCE >= leases.length ? 1 : 0 },
        () => {},
      );
    }
  }

  #leadBack(): void {
    const later = this.#tellLater;
    this.#tellLater = [];
    for (const message of later) this.#tellLead(message);
    const waiting = this.#waitingForLead;
    this.#waitingForLead = new Set();
    for (const resume of waiting) resume();
  }

  get #leadReady(): boolean {
    return this.#lead.up && this.#lead.client !== 0;
  }

  #tellLead(message: Message): void {
    if (this.#leadReady) this.#lead.tell(message);
    else if (this.#tellLater.length < TELL_LATER_MAX) this.#tellLater.push(message);
  }

  *#awaitLead(): Operation<Result<void>> {
    if (this.#leadReady) return ok(undefined);
    yield* wait<void>((resume) => {
      const end = (): void => {
        timer.cancel();
        this.#waitingForLead.delete(end);
        resume();
      };
      const timer = this.#ports.after(this.#options.giveUpMs - this.#lead.awayMs, end);
      this.#waitingForLead.add(end);
      return end;
    });
    return this.#leadReady
      ? ok(undefined)
      : fail("EIO", `${this.#lead.server}, the lead, is away: ${this.#lead.because}`);
  }

  #refused(link: MemberLink, code: number, because: string): void {
    this.#ports.event({ kind: "memberRefused", server: link.server, because });
    if (code === REFUSAL.fenced && link === this.#lead) this.#endSession(because);
  }

  /** The lead no longer knows this session: whatever was held under it is void, and a new one is opened. */
  #endSession(because: string): void {
    this.#ports.event({ kind: "sessionLost", client: this.#client, because });
    this.#client = clientId(0);
    this.#context.replicator.reset(because);
    this.#context.leases.reset();
    this.#context.oids.reset();
    if (this.#context.lockOwners.size > 0) {
      this.#context.lockOwners.clear();
      this.#ports.event({ kind: "lockLost", because });
    }
    for (const link of this.#links) link.identify(clientId(0));
  }

  #lost(link: MemberLink, because: string): void {
    this.#ports.event({ kind: "memberDown", server: link.server, because });
    if (this.#context.writable.includes(link)) this.#context.replicator.lost();
  }

  #diverged(place: number, because: string): void {
    this.#ports.event({ kind: "memberDiverged", server: this.link(place).server, because });
  }

  #unasked(link: MemberLink, message: Message): void {
    if (link === this.#lead && message.kind === "revoke") this.#context.leases.revoke(message);
    else if (link === this.#lead && message.kind === "purgeOrder") this.#startPurge(message.oid);
    else link.drop(`sent ${message.kind}, which nobody asked for`);
  }

  #startPurge(oid: Oid): void {
    this.#purging += 1;
    run(this.#purge(oid), () => {
      this.#purging -= 1;
    });
  }

  /** Nobody has the orphan open: it goes, on all members. */
  *#purge(oid: Oid): Operation<void> {
    const c = this.#context;
    const wants = [{ oid, mode: LEASE.write }];
    const got = yield* c.leases.acquire(wants);
    if (!got.ok) return;
    yield* change(c, ROOT_CALLER, [oid], { kind: "purge", oid });
    c.leases.doubt(oid);
    c.leases.release(wants);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}
