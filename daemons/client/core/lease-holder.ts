import type { Attributes } from "../../core/attributes.ts";
import { version, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { LEASE, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { expect } from "./expect.ts";
import { tellPages } from "./forgetting.ts";
import { isIdle, newHeld, weightOf, type Held, type Known, type Told, type Use, type Want } from "./held-lease.ts";
import { LeaseReturn, VALID_MAX_MS } from "./lease-return.ts";
import type { LeadSession } from "./lead-session.ts";
import { OldPages } from "./old-pages.ts";
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

/** By then the requests that an inherited kernel repeats have come: it is known which pages wait for an answer. */
const REPEATED_MS = 100;

/** How a set of leases is waited for. */
export type AcquireOptions = {
  /** How long the lead may be away meanwhile; as long as the operation waits at all, if not said. */
  readonly leadPatienceMs?: number;
  /**
   * For pages that the kernel writes back because it is to forget them: a lease that is being given back may still be
   * used, since that waits for them.
   */
  readonly isWriteBack?: boolean;
  /** A directory that the kernel has locked for the request meanwhile; those that are wanted need not be named. */
  readonly within?: Oid | undefined;
  /** Called right after the lead was asked, as often as it is: what is asked of it then is answered after the grant. */
  readonly asked?: () => void;
};

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
  readonly #return: LeaseReturn;
  /** Forgotten here for want of memory, while the kernel may still believe what it was told under them. */
  readonly #forgotten = new Map<Oid, Told>();
  /** Objects of which leases are waited for, and by how many operations: any, and those that write. */
  readonly #wanted = new Map<Oid, number>();
  readonly #wantedToWrite = new Map<Oid, number>();
  /** Those of which pages were read meanwhile. */
  readonly #readMeanwhile = new Set<Oid>();
  /** What the kernel has of open objects from before their leases were lost. */
  readonly oldPages: OldPages;

  constructor(lead: LeadSession, ports: ClientPorts, options: LeaseHolderOptions) {
    this.#lead = lead;
    this.#ports = ports;
    this.#options = options;
    this.oldPages = new OldPages(ports, (oid) => this.#wantedToWrite.has(oid));
    this.#return = new LeaseReturn(ports, {
      makeDurable: options.makeDurable,
      isWanted: (oid, write) => (write ? this.#wantedToWrite : this.#wanted).has(oid),
      stepped: (oid, held) => this.#settle(oid, held),
    });
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
  validMs({ revoked, isReturning, known, stale }: Held): number {
    if (revoked !== undefined || isReturning || stale || known === undefined || !this.#lead.valid) return 0;
    return Math.min(VALID_MAX_MS, this.#lead.validUntilMs - this.#ports.now());
  }

  /** Whether the kernel had better look up each name of a directory each time: see {@link LeaseReturn.isCrowded}. */
  isCrowded(directory: Oid): boolean {
    return this.#return.isCrowded(directory);
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
      this.#return.dirty(held);
    }
  }

  /** A change that {@link began} is on every writable member, or will never be made. */
  ended({ helds }: Use): void {
    for (const [oid, held] of helds) {
      held.unsettled -= 1;
      this.#settle(oid, held);
    }
    this.#return.ended();
    this.wake();
  }

  /** All that was changed so far is durable on every writable member. */
  allDurable(): void {
    this.#return.allDurable();
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
      this.#return.dirty(held);
      return [oid, held];
    });
    return { helds };
  }

  /**
   * The kernel was served by an earlier process until now, and believes what that told it: see {@link LeaseReturn}.
   * @param open Objects that are open, of which it may have pages.
   */
  inheritKernel(open: readonly Oid[]): void {
    for (const held of this.#held.values()) held.inherits = true;
    this.#return.inheritKernel();
    for (const oid of open) this.oldPages.note(oid);
    this.#ports.after(REPEATED_MS, () => {
      for (const oid of open) this.oldPages.look(oid);
    });
  }

  /** For so many milliseconds it may believe that, of whatever object. */
  get inheritedMs(): number {
    return this.#return.inheritedMs;
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
   * @returns EIO when they cannot be had in time; ESTALE when one of the objects is no more; EINTR.
   */
  *acquire(wants: readonly Want[], options: AcquireOptions = {}): Operation<Result<Use>> {
    const now = this.acquireNow(wants);
    if (now !== undefined) return now;
    const busy = wants.map(({ oid }) => oid);
    if (options.within !== undefined) busy.push(options.within);
    const toWrite = wants.filter(({ mode }) => mode === LEASE.write).map(({ oid }) => oid);
    for (const oid of busy) count(this.#wanted, oid, 1);
    for (const oid of toWrite) count(this.#wantedToWrite, oid, 1);
    for (const oid of busy) this.#return.hurry(oid);
    const got = yield* this.#acquire(wants, options);
    for (const oid of busy) count(this.#wanted, oid, -1);
    for (const oid of toWrite) count(this.#wantedToWrite, oid, -1);
    for (const oid of toWrite) this.#wroteOver(oid);
    return got;
  }

  /** As {@link acquire}. @returns Undefined where that has to wait. */
  acquireNow(wants: readonly Want[]): Result<Use> | undefined {
    const isAtHand = this.#lead.valid && !this.#isBusy(wants) && wants.every((want) => this.#holds(want));
    return isAtHand ? this.#useAll(wants) : undefined;
  }

  *#acquire(wants: readonly Want[], options: AcquireOptions): Operation<Result<Use>> {
    const deadline = this.#ports.now() + this.#options.giveUpMs;
    for (;;) {
      if (options.isWriteBack === true && wants.every((want) => this.#isLent(want))) break;
      const free = yield* this.#awaitOthers(wants, deadline);
      if (!free.ok) return free;
      if (this.#lead.valid && wants.every((want) => this.#holds(want))) break;
      const ready = yield* this.#lead.awaitReady(options.leadPatienceMs ?? this.#options.giveUpMs);
      if (!ready.ok) return ready;
      const had = yield* this.#ask(wants, deadline, options.asked);
      if (!had.ok) return had;
      if (had.value && !this.#isBusy(wants)) break;
    }
    return this.#useAll(wants);
  }

  #useAll(wants: readonly Want[]): Result<Use> {
    if (wants.some(({ oid }) => this.#isGone(oid))) return fail("ESTALE");
    return ok({ helds: wants.flatMap(({ oid }) => this.#use(oid)) });
  }

  release(use: Use): void {
    for (const [oid, held] of use.helds) {
      held.users -= 1;
      if (this.#held.get(oid) === held) this.weigh(held);
      this.#settle(oid, held);
    }
    this.shed();
    this.wake();
  }

  /** The operation ends, but what it changed is not on every member yet, or perhaps on none. */
  doubtUntilSettled(use: Use): void {
    for (const [, held] of use.helds) {
      held.doubts += 1;
      this.#return.dirty(held);
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
    const held = this.#held.get(message.oid) ?? this.#remembered(message.oid);
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
    for (const oid of this.#forgotten.keys()) this.#remembered(oid);
    for (const held of this.#held.values()) held.revoked = undefined;
    return [...this.#held].map(([oid, held]) => ({ oid, mode: held.mode }));
  }

  /** All leases are gone: the session is. */
  reset(): void {
    for (const oid of this.#forgotten.keys()) this.#remembered(oid);
    this.#return.reset(this.#held);
    for (const [oid, held] of this.#held) {
      held.isReturning = true;
      if (held.isPaged && this.#options.isOpen(oid)) this.oldPages.left(oid);
    }
    this.#held.clear();
    this.#bytes = 0;
    this.wake();
  }

  /** Asks the lead for the set. @returns Whether it is held now; else something has changed, and the caller looks again. */
  *#ask(wants: readonly Want[], deadline: number, asked?: () => void): Operation<Result<boolean>> {
    const left = deadline - this.#ports.now();
    if (left <= 0) return lateFor("the lead to grant leases");
    const reply = yield* waitAtMost<Message | Lost>(this.#ports, left, (resume) => {
      // A grant that comes when nobody waits for it any more is held all the same, as the lead believes.
      const request = this.#lead.link.ask({ kind: "acquire", wants, extras: [] }, (answer) => {
        if (answer.kind === "granted") this.#granted(answer);
        resume(answer);
      });
      asked?.();
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
    if (held === undefined || held.version !== 0 || held.fresh || held.stale || oid === 0) return false;
    // Nothing is said of it: the lead wants one answer for each revoke, and none unasked.
    if (isIdle(held)) this.#drop(oid, held);
    return true;
  }

  #holds({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    if (held === undefined || held.mode < mode || held.revoked !== undefined) return false;
    // Who only reads need not wait for a change in doubt, which may be so for long.
    return !mustAsk(oid, held) || (mode === LEASE.read && held.doubts > 0);
  }

  /** It is being given back, and not gone yet. */
  #isLent({ oid, mode }: Want): boolean {
    const held = this.#held.get(oid);
    return held?.isReturning === true && held.mode >= mode && held.users === 0 && !held.stale;
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
      const inDoubt = mode === LEASE.write ? held.doubts > 0 : false;
      return inDoubt || (held.unsettled > held.doubts && mustAsk(oid, held));
    });
  }

  #granted(message: MessageOfKind<"granted">): void {
    for (const grant of message.grants) {
      const mode = grant.mode === LEASE.write ? LEASE.write : LEASE.read;
      const told = grant.attributes[0];
      const itsVersion = told?.version ?? version(0);
      const held = this.#held.get(grant.oid) ?? newHeld(mode, itsVersion, undefined);
      this.#add(grant.oid, held);
      held.mode = mode;
      held.inUse = grant.inUse === 1;
      // While its changes are under way, or it is used, this client knows better what its version will be.
      if (held.users > 0 || held.doubts > 0 || held.unsettled > 0) continue;
      held.fresh &&= told !== undefined;
      held.known = told && knownBy(held, told, grant.bare === 1);
      held.version = itsVersion;
      held.stale = false;
      this.weigh(held);
    }
  }

  /**
   * A read lease came with an answer of the lead, which tells all of an object.
   * @returns The lease, by which this client knows it from now on.
   */
  took(attributes: Attributes, isBare: boolean): Held {
    const { oid } = attributes;
    const held = this.#held.get(oid);
    if (held === undefined) {
      const known = { attributes, isBare, names: undefined, target: undefined };
      const taken = newHeld(LEASE.read, attributes.version, known);
      this.#add(oid, taken);
      return taken;
    }
    // What this client made of it counts, whether the lead has it already or not.
    const isOurs = held.users > 0 || held.doubts > 0 || held.unsettled > 0;
    if (isOurs || (held.known !== undefined && !held.stale)) return held;
    held.known = knownBy(held, attributes, isBare);
    held.version = attributes.version;
    held.stale = false;
    this.weigh(held);
    return held;
  }

  #add(oid: Oid, held: Held): void {
    const told = this.#forgotten.get(oid);
    if (told !== undefined) {
      held.told = told;
      this.#forgotten.delete(oid);
    }
    if (this.#held.get(oid) !== held && this.inheritedMs > 0) held.inherits = true;
    this.#held.set(oid, held);
    this.weigh(held);
  }

  /** A lease that is not known here, while the kernel may believe what it was told under it: it is given back as it should. */
  #remembered(oid: Oid): Held | undefined {
    if (this.inheritedMs === 0 && !this.#forgotten.has(oid)) return undefined;
    const held = { ...newHeld(LEASE.read, version(0), undefined), stale: true };
    this.#add(oid, held);
    return held;
  }

  #drop(oid: Oid, held: Held): void {
    if (this.#held.get(oid) !== held) return;
    if (held.isPaged && this.#options.isOpen(oid)) this.oldPages.left(oid);
    this.#held.delete(oid);
    this.#bytes -= held.bytes;
    held.bytes = 0;
    held.isReturning = true;
  }

  /** An operation waits for a lease to change it. */
  isWantedToWrite(oid: Oid): boolean {
    return this.#wantedToWrite.has(oid);
  }

  /** The kernel is reading pages of an object under a lease, which may be lost by now. */
  paged(oid: Oid, held: Held | undefined): void {
    if (held !== undefined) tellPages(held);
    if (held === undefined) this.oldPages.note(oid);
    else if (this.#held.get(oid) !== held) this.oldPages.left(oid);
    if (this.#wantedToWrite.has(oid)) this.#readMeanwhile.add(oid);
  }

  /** A write has its lease: what was read while it waited has not got what it writes. */
  #wroteOver(oid: Oid): void {
    if (this.#wantedToWrite.has(oid)) return;
    if (this.#readMeanwhile.delete(oid)) this.oldPages.left(oid);
    else this.oldPages.look(oid);
  }

  /** It is the one used last. */
  #touch(oid: Oid, held: Held): void {
    this.#held.delete(oid);
    this.#held.set(oid, held);
  }

  /**
   * Forgets those that were not used for longest where memory is full. Nothing is said of it: asked again, the lead
   * grants what it thinks is held; and a revoke of what is not known here is answered at once, but for what the kernel
   * may still believe.
   */
  shed(): void {
    const { memoryBytes } = this.#options;
    if (this.#bytes <= memoryBytes) return;
    for (const [oid, held] of this.#held) {
      if (!isIdle(held) || held.revoked !== undefined) continue;
      this.#lose(oid, held);
      if (this.#bytes <= memoryBytes - memoryBytes / SHED_SHARE) return;
    }
    // What is left is in use, or not durable yet.
    this.#return.sweep();
  }

  /** Gives back, or forgets, what is due, once nothing stands against it. */
  #settle(oid: Oid, held: Held): void {
    if (held.users > 0 || held.isReturning || this.#held.get(oid) !== held) return;
    const keep = held.revoked;
    if (keep !== undefined) {
      if (this.#return.isReady(oid, held, keep)) this.#giveBack(oid, held, keep);
    } else if (held.stale && isIdle(held)) this.#lose(oid, held);
  }

  /** Nothing is said of it: to the lead it is held, and the kernel may still believe what it was told. */
  #lose(oid: Oid, held: Held): void {
    this.#drop(oid, held);
    const nowMs = this.#ports.now();
    for (const [other, { untilMs }] of this.#forgotten) {
      if (untilMs >= nowMs) break;
      this.#forgotten.delete(other);
    }
    if (held.told !== undefined && held.told.untilMs >= nowMs) this.#forgotten.set(oid, held.told);
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

function count(counts: Map<Oid, number>, oid: Oid, more: 1 | -1): void {
  const now = (counts.get(oid) ?? 0) + more;
  if (now > 0) counts.set(oid, now);
  else counts.delete(oid);
}

/** What was known under a lease that was never broken is still so, if the object is the one that it was. */
function knownBy(held: Held, attributes: Attributes, isBare: boolean): Known {
  const isSame = held.version === attributes.version && !held.stale;
  const names = isSame ? held.known?.names : undefined;
  return { attributes, isBare, names, target: held.known?.target };
}

/** Whether the lead must say what there is before it is changed. Of number 0, which is no object, there is nothing to say. */
const mustAsk = (oid: Oid, held: Held): boolean => held.stale || (held.known === undefined && !held.fresh && oid !== 0);

const lateFor = (what: string) => fail("EIO", `waited too long for ${what}`);
