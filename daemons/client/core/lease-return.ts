import type { Oid } from "../../core/brand.ts";
import { LEASE } from "../../wire/messages.ts";
import { Durability } from "./durability.ts";
import { forgettingOf, withInherited, type Inherited } from "./forgetting.ts";
import type { Held, Told } from "./held-lease.ts";
import type { ClientPorts } from "./ports.ts";
import { putLatest } from "./put-latest.ts";

/** So long after a failure, what is to be given back is tried to be made durable again. */
const DURABLE_AGAIN_MS = 1_000;
/** For so long at most the kernel believes what it is told: it cannot be asked to forget while a daemon stands still. */
export const VALID_MAX_MS = 4_000;
/** What the kernel was told holds by its own clock, which begins when the answer is read. */
const KERNEL_LATE_MS = 100;
/** So many objects with changes that are perhaps not durable are remembered before it is seen to at once that they are. */
const DIRTY_MAX = 4_096;
/**
 * Fewer are seen to after a while: what is durable on a member when that goes away can be given back all the same, and
 * the others can go on with it.
 */
const SWEEP_MS = 200;

/**
 * So long a directory counts as crowded after a name in it could not be forgotten, for a request that waited in it: that
 * cannot be mended where the kernel cannot forget all names at once, so it is told none to believe meanwhile.
 */
const CROWDED_MS = 10_000;
const CROWDED_MOST = 1_024;

export type LeaseReturnOptions = {
  /** Makes what is applied durable on every writable member, and tells whether it is. */
  readonly makeDurable: (done: (isDurable: boolean) => void) => void;
  /** Whether an operation waits for a lease of this object; `write`: one to write. */
  readonly isWanted: (oid: Oid, write: boolean) => boolean;
  /** A step has ended: it is to be looked at again. */
  readonly stepped: (oid: Oid, held: Held) => void;
};

/**
 * The steps by which a lease is given back that nobody uses: all its changes durable on every writable member (rule
 * L2), then all that the kernel was told under it forgotten. Each lease takes its steps for itself: one that takes long
 * holds up no other.
 */
export class LeaseReturn {
  readonly #ports: ClientPorts;
  readonly #options: LeaseReturnOptions;
  readonly #durability: Durability;
  /** Something was changed under them since all of it was durable. */
  readonly #dirty = new Set<Held>();
  #isSweeping = false;
  #sweepIsDue = false;
  /** How to go on with what the kernel is forgetting, when requests of its own wait for that. */
  readonly #hurry = new Map<Oid, () => void>();
  /** Directories, and until when they count as crowded. */
  readonly #crowdedMs = new Map<Oid, number>();

  /** Undefined: what the kernel believes it was told by this process. */
  #inherited: Inherited | undefined;

  constructor(ports: ClientPorts, options: LeaseReturnOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#durability = new Durability((done) => this.#makeDurable(done));
  }

  /**
   * The kernel was served by an earlier process until now, which nobody can ask what it told. So for as long as that may be
   * believed, of no object a lease is given back before the kernel has forgotten all of it, or that time is over. Names
   * are forgotten at once, all of them, where the kernel can do that.
   */
  inheritKernel(): void {
    const untilMs = this.#ports.now() + VALID_MAX_MS;
    this.#inherited = { untilMs, hasNames: true };
    if (!this.#ports.canExpireNames) return;
    this.#ports.invalidate([{ kind: "names" }], () => {
      this.#inherited = { untilMs, hasNames: false };
    });
  }

  /** For so many milliseconds the kernel may still believe what an earlier process told it, of whatever object. */
  get inheritedMs(): number {
    return Math.max(0, (this.#inherited?.untilMs ?? 0) + KERNEL_LATE_MS - this.#ports.now());
  }

  /** Something is changed under a lease. */
  dirty(held: Held): void {
    held.isDirty = true;
    this.#dirty.add(held);
  }

  /** All that this client has changed so far is durable on every writable member. */
  allDurable(): void {
    for (const held of this.#dirty) {
      if (held.unsettled > 0 || held.doubts > 0) continue;
      held.isDirty = false;
      this.#dirty.delete(held);
    }
  }

  /** A change is on every member: many such are made durable before somebody waits for it. */
  ended(): void {
    if (this.#dirty.size > DIRTY_MAX) this.sweep();
    else this.#sweepIn(SWEEP_MS);
  }

  #sweepIn(ms: number): void {
    if (this.#sweepIsDue || this.#dirty.size === 0) return;
    this.#sweepIsDue = true;
    this.#ports.after(ms, () => {
      this.#sweepIsDue = false;
      this.sweep();
    });
  }

  /**
   * An operation waits for a lease of this object, or holds up the kernel in it. Where that is being given back, the
   * kernel may wait for the operation's request before it forgets a name or a page: then it forgets in another way.
   */
  hurry(oid: Oid): void {
    this.#hurry.get(oid)?.();
  }

  /** Names of this directory had better not be told to be believed for any time. */
  isCrowded(directory: Oid): boolean {
    return (this.#crowdedMs.get(directory) ?? 0) > this.#ports.now();
  }

  #crowded(directory: Oid): void {
    putLatest(this.#crowdedMs, directory, this.#ports.now() + CROWDED_MS, CROWDED_MOST);
  }

  /** What is applied is made durable without anybody waiting for it: leases can then be forgotten. */
  sweep(): void {
    if (this.#isSweeping || this.#dirty.size === 0) return;
    this.#isSweeping = true;
    this.#durability.await((isDurable) => {
      this.#isSweeping = false;
      this.#sweepIn(isDurable ? SWEEP_MS : DURABLE_AGAIN_MS);
    });
  }

  /** @returns Whether all steps are done; else one has begun, or something stands against it. */
  isReady(oid: Oid, held: Held, keep: 0 | 1): boolean {
    // Who made a change in doubt was told so: what it changed may at least be read by others.
    if (held.unsettled > held.doubts || (held.doubts > 0 && keep === LEASE.none)) return false;
    if (held.isDirty && held.doubts === 0) {
      this.#awaitDurable(oid, held);
      return false;
    }
    return keep === LEASE.read || this.#isForgotten(oid, held);
  }

  /** The session, and with it all leases, is gone. */
  reset(helds: ReadonlyMap<Oid, Held>): void {
    this.#dirty.clear();
    const what = [...helds].flatMap(([oid, held]) => this.#forgettingOf(oid, held));
    for (const held of helds.values()) {
      held.told = undefined;
      held.inherits = false;
    }
    if (what.length > 0) this.#ports.invalidate(what, () => {});
  }

  #makeDurable(done: (isDurable: boolean) => void): void {
    const applied = [...this.#dirty].filter(({ unsettled, doubts }) => unsettled === 0 && doubts === 0);
    const begun = applied.map((held) => held.begun);
    this.#options.makeDurable((isDurable) => {
      for (const [at, held] of applied.entries()) {
        if (!isDurable || held.begun !== begun[at] || held.doubts > 0) continue;
        held.isDirty = false;
        this.#dirty.delete(held);
      }
      done(isDurable);
    });
  }

  #awaitDurable(oid: Oid, held: Held): void {
    held.isReturning = true;
    this.#durability.await((isDurable) => {
      held.isReturning = false;
      if (isDurable) this.#options.stepped(oid, held);
      else this.#ports.after(DURABLE_AGAIN_MS, () => this.#options.stepped(oid, held));
    });
  }

  /** What the kernel may believe of an object. */
  #toldOf({ told, inherits }: Held): Told | undefined {
    if (!inherits || this.#inherited === undefined || this.inheritedMs === 0) return told;
    return withInherited(told, this.#inherited);
  }

  #forgettingOf(oid: Oid, held: Held): ReturnType<typeof forgettingOf> {
    const { canExpireNames } = this.#ports;
    const isBusy = this.#options.isWanted(oid, false);
    const isWritten = this.#options.isWanted(oid, true);
    return forgettingOf(oid, this.#toldOf(held), {
      nowMs: this.#ports.now() - KERNEL_LATE_MS,
      canExpireNames,
      isBusy,
      isWritten,
    });
  }

  /**
   * The kernel may wait for requests of its own before it forgets, and those for leases of other clients. But it
   * believes nothing for longer than it was told: then it goes on without its word.
   */
  #isForgotten(oid: Oid, held: Held): boolean {
    const told = this.#toldOf(held);
    const what = this.#forgettingOf(oid, held);
    if (told === undefined || what.length === 0) return true;
    held.isReturning = true;
    let isOver = false;
    const dropsPages = what.some(({ kind }) => kind === "all");
    // What is read from now on may come after the kernel has forgotten.
    if (dropsPages) held.isPaged = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      breaker.cancel();
      this.#hurry.delete(oid);
      held.isReturning = false;
      held.told = undefined;
      held.inherits = false;
      this.#options.stepped(oid, held);
    };
    const unheard = (): void => {
      held.isPaged ||= dropsPages;
      over();
    };
    const breaker = this.#ports.after(Math.max(0, told.untilMs - this.#ports.now()) + KERNEL_LATE_MS, unheard);
    // Names that nobody has written down can only be forgotten all at once, where the kernel can; or in time.
    const isPart = told.names === undefined && !this.#ports.canExpireNames;
    const forget = (some: ReturnType<typeof forgettingOf>): void =>
      this.#ports.invalidate(some, isPart ? () => {} : over);
    if (this.#options.isWanted(oid, false) && what.some(({ kind }) => kind === "name")) this.#crowded(oid);
    this.#hurry.set(oid, () => {
      const quick = this.#forgettingOf(oid, held);
      if (quick.some(({ kind }) => kind === "name")) this.#crowded(oid);
      if (quick.some(({ kind }) => kind === "all" || kind === "name")) return;
      this.#hurry.delete(oid);
      held.isPaged ||= dropsPages;
      forget(quick);
    });
    forget(what);
    return false;
  }
}
