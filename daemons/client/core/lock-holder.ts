import type { Oid } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { LockRequest } from "../../fuse/core/request.ts";
import { LOCK, LOCK_WAIT, type Message, type MessageOfKind } from "../../wire/messages.ts";
import { expect } from "./expect.ts";
import { gapsOf, HeldLocks, lockKey, type LockOwner, type OwnerLocks } from "./held-locks.ts";
import type { KeptLocks, KeptState } from "./kept-state.ts";
import type { LeadSession } from "./lead-session.ts";
import type { OpenFile, OpenFiles } from "./open-files.ts";
import { wait, type Operation } from "./operation.ts";
import type { Lost } from "./requests.ts";

/**
 * The locks (fcntl, OFD, flock) of programs on this mount. The lead grants them; what it has granted is remembered here,
 * to be set again at a lead that has restarted (rule L10), and to be put right where an answer was lost.
 */
export class LockHolder {
  readonly #held: HeldLocks;
  /** Of whom the lead may believe something else than is remembered here: an answer did not arrive. */
  readonly #unsure = new Map<string, LockOwner>();
  readonly #lead: LeadSession;
  readonly #files: OpenFiles;
  readonly #lockLost: (because: string) => void;
  readonly #kept: KeptState | undefined;

  /**
   * @param lockLost Told when a program's lock is gone without its doing.
   * @param kept Where locks are written down, for who goes on after this process.
   */
  constructor(lead: LeadSession, files: OpenFiles, lockLost: (because: string) => void, kept?: KeptState) {
    this.#lead = lead;
    this.#files = files;
    this.#lockLost = lockLost;
    this.#kept = kept;
    this.#held = new HeldLocks(files);
  }

  /**
   * Takes over what an earlier process remembered. Locks of handles that are gone were being dropped when it ended.
   */
  inherit(all: readonly KeptLocks[]): void {
    for (const { ranges, handles, isUnsure, ...owner } of all) {
      const open = handles.filter((fh) => this.#files.get(fh) !== undefined);
      if (open.length > 0)
        for (const range of ranges) for (const fh of open) this.#held.set(owner, { ...range, ...owner, fh });
      if (isUnsure || open.length === 0) this.#unsure.set(lockKey(owner), owner);
    }
  }

  /** Writes down what is remembered of an owner. */
  #keep(owner: LockOwner): void {
    if (this.#kept === undefined) return;
    const { oid, flock, owner: name } = owner;
    const locks = this.#held.get(owner);
    this.#kept.locked({
      oid,
      flock,
      owner: name,
      ranges: (locks?.ranges ?? []).map(({ start, end, type, pid }) => ({ start, end, type, pid })),
      handles: [...(locks?.handles ?? [])],
      isUnsure: this.#unsure.has(lockKey(owner)),
    });
  }

  /** Owners that hold a lock of an object. */
  get count(): number {
    return this.#held.count;
  }

  /** @returns Who is in the way of a lock; type unlock when nobody is. EINTR; ENOLCK when the lead is away for too long. */
  *test(oid: Oid, lock: LockRequest): Operation<Result<MessageOfKind<"lockHolder">>> {
    const answer = yield* this.#lead.ask({ kind: "lockTest", ...ownerFields({ ...lock, oid }), ...rangeFields(lock) });
    if (!answer.ok) return answer.errno === "EINTR" ? answer : fail("ENOLCK", answer.because);
    return expect(answer.value, "lockHolder");
  }

  /**
   * Sets a lock, or drops it (type unlock).
   * @param waits For one that others hold; without end, but for an interrupt.
   * @returns EAGAIN, EDEADLK, EINTR, or ENOLCK when the lead is away for too long.
   */
  *set(oid: Oid, lock: LockRequest, waits: boolean): Operation<Result<void>> {
    const owner = { oid, flock: lock.flock, owner: lock.owner };
    if (lock.type === LOCK.unlock) return yield* this.#unlock(owner, lock);
    // flock(2): a conversion is not atomic, "the existing lock is first removed".
    if (lock.flock && this.#held.get(owner)?.ranges[0]?.type !== lock.type) {
      this.#held.forget(owner);
      this.#keep(owner);
    }
    for (let isAsked = false; ; isAsked = true) {
      const ready = yield* this.#lead.awaitReady();
      if (!ready.ok) {
        if (isAsked) this.#isUnsure(owner);
        return ready.errno === "EINTR" ? ready : fail("ENOLCK", ready.because);
      }
      const answer = yield* this.#ask(owner, lock, waits);
      if (answer.kind === "lost") continue;
      if (answer.kind === "failed") return fail(errnoName(answer.errno));
      if (answer.kind !== "done") return fail("EIO", `the lead answered ${answer.kind} to a lock`);
      this.#held.set(owner, lock);
      this.#keep(owner);
      return ok(undefined);
    }
  }

  /** A descriptor was closed: all fcntl locks of its process on the object end. Most objects never had one. */
  *closed(oid: Oid, owner: string): Operation<void> {
    yield* this.#drop({ oid, flock: false, owner });
  }

  /**
   * A handle is gone: OFD locks, which look like fcntl locks but end only here, and flock locks.
   * @param flockOwner Named by the kernel where flock was used.
   */
  *released(file: OpenFile, flockOwner: string | undefined): Operation<void> {
    if (flockOwner !== undefined) yield* this.#drop({ oid: file.oid, flock: true, owner: flockOwner });
    for (const locks of this.#held.ofHandle(file.fh)) yield* this.#drop(locks);
  }

  /**
   * The lead is there again. Says what it must know before any new lock is granted.
   * @param isNewRun It has restarted, and has forgotten all locks.
   */
  resume(isNewRun: boolean): void {
    const unsure = [...this.#unsure.values()];
    this.#unsure.clear();
    if (!isNewRun) for (const owner of unsure) this.#correct(owner);
    else for (const locks of this.#held.all()) this.#setAgain(locks);
    if (isNewRun) for (const owner of unsure) this.#keep(owner);
  }

  /** The session is gone, and all locks with it. */
  reset(because: string): void {
    this.#unsure.clear();
    for (const locks of this.#held.all()) this.#lose(locks, because);
  }

  *#ask(owner: LockOwner, lock: LockRequest, waits: boolean): Operation<Message | Lost> {
    return yield* wait<Message | Lost>((resume) => {
      const how = { wait: waits ? LOCK_WAIT.yes : LOCK_WAIT.no, pid: lock.pid };
      const message: Message = { kind: "lock", ...ownerFields(owner), ...rangeFields(lock), ...how };
      const request = this.#lead.link.ask(message, resume);
      // It answers EINTR then, or has answered already: either way there is an answer.
      return () => this.#lead.link.tell({ kind: "cancel", request });
    });
  }

  /** Never fails: a lead that does not hear it now is told when it is there again. */
  *#unlock(owner: LockOwner, lock: LockRequest): Operation<Result<void>> {
    if (this.#held.get(owner) === undefined) return ok(undefined);
    this.#held.set(owner, lock);
    const how = { wait: LOCK_WAIT.no, pid: lock.pid };
    yield* this.#say(owner, { kind: "lock", ...ownerFields(owner), ...rangeFields(lock), ...how });
    return ok(undefined);
  }

  *#drop(owner: LockOwner): Operation<void> {
    if (this.#held.get(owner) === undefined) return;
    this.#held.forget(owner);
    yield* this.#say(owner, { kind: "lockDrop", ...ownerFields(owner) });
  }

  /** Tells the lead of an unlock. Nobody who closes a file waits for a lead that is away. */
  *#say(owner: LockOwner, message: Message): Operation<void> {
    // Until it has answered: a process that goes on after this one must not forget to say it.
    this.#isUnsure(owner);
    if (!this.#lead.ready) return;
    const answer = yield* wait<Message | Lost>((resume) => {
      this.#lead.link.ask(message, resume);
      return undefined;
    });
    if (answer.kind === "lost") this.#isUnsure(owner);
    else this.#isSure(owner);
  }

  #isUnsure(owner: LockOwner): void {
    this.#unsure.set(lockKey(owner), owner);
    this.#keep(owner);
  }

  #isSure(owner: LockOwner): void {
    this.#unsure.delete(lockKey(owner));
    this.#keep(owner);
  }

  /** Makes the lead agree with what is remembered, without letting go of any of it on the way. */
  #correct(owner: LockOwner): void {
    const locks = this.#held.get(owner);
    if (locks !== undefined) this.#setAgain(locks);
    for (const gap of gapsOf(locks)) {
      const how = { ...gap, type: LOCK.unlock, wait: LOCK_WAIT.no, pid: 0 };
      this.#lead.link.ask({ kind: "lock", ...ownerFields(owner), ...how }, (answer) => {
        if (answer.kind === "lost") this.#isUnsure(owner);
        else this.#keep(owner);
      });
    }
  }

  #setAgain(locks: OwnerLocks): void {
    for (const range of locks.ranges) {
      const how = { wait: LOCK_WAIT.again, pid: range.pid };
      this.#lead.link.ask({ kind: "lock", ...ownerFields(locks), ...rangeFields(range), ...how }, (answer) => {
        if (answer.kind === "lost") return this.#isUnsure(locks);
        if (answer.kind === "done" || this.#held.get(locks) !== locks) return;
        this.#lose(locks, "another client got it while the lead was away");
        // Of several ranges, the lead may have set some again.
        this.#correct(locks);
      });
    }
  }

  /** L10: whoever believed to hold it must not go on as if nothing had happened. */
  #lose(locks: OwnerLocks, because: string): void {
    for (const fh of locks.handles) this.#files.break(fh);
    this.#held.forget(locks);
    this.#keep(locks);
    this.#lockLost(`of object ${locks.oid}: ${because}`);
  }
}

const ownerFields = ({ oid, flock, owner }: LockOwner) => ({
  oid,
  flock: flock ? 1 : 0,
  owner: Buffer.from(owner, "latin1"),
});
const rangeFields = ({ start, end, type }: Pick<LockRequest, "start" | "end" | "type">) => ({ start, end, type });
