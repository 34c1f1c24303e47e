import type { ClientId, Oid } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { conflicts, type OwnedRange, setRange } from "../../wire/lock-ranges.ts";
import { LOCK } from "../../wire/messages.ts";
import type { Emit, LeadOptions, LockOwner, LockRange } from "./lead-events.ts";

export type LockRequest = LockRange & { readonly client: ClientId; readonly request: number };
type LockedRange = OwnedRange & { readonly client: ClientId; readonly pid: number };
/** A lock that is waited for. */
type Waiting = LockedRange & {
  readonly request: number;
  readonly file: LockedFile;
  /** False: only until the lead has begun to grant. */
  readonly wait: boolean;
  readonly again: boolean;
  readonly sinceMs: number;
};
type LockedFile = {
  readonly key: string;
  readonly flock: boolean;
  held: LockedRange[];
  /** In order of arrival. */
  waiting: Waiting[];
};

export type LockTableContext = { readonly options: LeadOptions; readonly emit: Emit; readonly now: () => number };

const FILE_END = Number.MAX_SAFE_INTEGER;

/**
 * The locks of all clients: fcntl(2) locks by owner and range, flock(2) locks by open file, apart from each other.
 *
 * As on a local file system, only a lock that is *held* can refuse another one, or make a ring of waiting (EDEADLK, fcntl
 * only; found where the last of the ring asks, by what each owner waits for then). Among those that wait it is first come,
 * first served. A newcomer who could have its lock at once, but for one that waits longer, stands behind that one too,
 * or a stream of readers would starve a writer; but not when it holds another lock, and no longer than `fairMs`, or
 * programs could hang here that would not on a local disk: POSIX knows no such wait.
 */
export class LockTable {
  readonly #files = new Map<string, LockedFile>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #waitingOf = new Map<string, Set<Waiting>>();
  /** Files where somebody waits for nothing but its turn. */
  readonly #polite = new Set<LockedFile>();
  /** Ranges held, by owner and by client. */
  readonly #ranges = new Map<string | ClientId, number>();
  readonly #waits = new Map<ClientId, number>();
  /** Clients whose locks refused somebody since they were connected last. */
  readonly #refusing = new Set<ClientId>();
  readonly #context: LockTableContext;
  #settled = false;
  #held = 0;

  constructor(context: LockTableContext) {
    this.#context = context;
  }

  /** Ranges held. */
  get held(): number {
    return this.#held;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Records kept. */
  get size(): number {
    return this.#files.size + this.#waiting.size + this.#waitingOf.size + this.#ranges.size + this.#waits.size;
  }

  /** Answered at once, or when it was waited for. */
  lock(event: LockRequest & { readonly wait: boolean; readonly again?: boolean; readonly pid: number }): void {
    if (!isRange(event) || !isType(event.type)) return this.#fail(event, "EINVAL");
    const { request, wait, again = false } = event;
    this.#answer({ ...rangeOf(event), request, wait, again, file: this.#file(event), sinceMs: this.#context.now() });
  }

  /** New locks are given from now on: whoever held some of the lead before this one has set them again, or lost them. */
  settle(): void {
    this.#settled = true;
    for (const waiting of [...this.#waiting.values()]) {
      this.#stopWaiting(waiting);
      this.#answer({ ...waiting, sinceMs: this.#context.now() });
    }
  }

  /** The wait for a lock is given up, and answered EINTR. */
  cancel(client: ClientId, request: number): void {
    const waiting = this.#waiting.get(requestKey(client, request));
    if (waiting === undefined) return;
    this.#stopWaiting(waiting);
    this.#fail(waiting, "EINTR");
    this.#changed(waiting.file);
  }

  test(event: LockRequest): void {
    if (!isRange(event) || !isType(event.type) || event.type === LOCK.unlock) return this.#fail(event, "EINVAL");
    const { client, request } = event;
    const wanted = rangeOf({ ...event, pid: 0 });
    let first: LockedRange | undefined;
    for (const held of this.#files.get(fileKey(event))?.held ?? []) {
      if (conflicts(held, wanted) && (first === undefined || held.start < first.start)) first = held;
    }
    const { type, start, end } = first ?? { type: LOCK.unlock, start: 0, end: 0 };
    // A process id means something on its own host only.
    const pid = first?.client === client ? first.pid : 0;
    this.#context.emit({ kind: "lockHolder", client, request, type, start, end, pid });
  }

  /** Drops all locks of an owner on an object. What the owner waits for is another thread's, and goes on. */
  drop(event: LockOwner & { readonly client: ClientId; readonly request: number }): void {
    const file = this.#files.get(fileKey(event));
    if (file !== undefined) {
      this.#put(file, rangeOf({ ...event, start: 0, end: FILE_END, type: LOCK.unlock, pid: 0 }));
    }
    this.#done(event);
    if (file !== undefined) this.#changed(file);
  }

  sessionEnded(client: ClientId): void {
    const files = this.#dropWaiting(client);
    for (const file of this.#files.values()) {
      const ended = file.held.filter((held) => held.client === client);
      if (ended.length === 0) continue;
      file.held = file.held.filter((held) => held.client !== client);
      for (const { owner } of ended) this.#count(client, owner, -1);
      files.add(file);
    }
    this.#refusing.delete(client);
    for (const file of files) this.#changed(file);
  }

  /** Whether somebody wants what a client that is not connected has locked, or has asked for it meanwhile in vain. */
  isWanted(client: ClientId): boolean {
    if (this.#refusing.has(client)) return true;
    for (const { file, ...wanted } of this.#waiting.values()) {
      if (file.held.some((held) => held.client === client && conflicts(held, wanted))) return true;
    }
    return false;
  }

  /** Its waiting requests end without an answer. What it holds stays. */
  disconnected(client: ClientId): void {
    this.#refusing.delete(client);
    for (const file of this.#dropWaiting(client)) this.#changed(file);
  }

  /** Who has waited for its turn for long enough, waits for no more than what is held. */
  tick(): void {
    for (const file of [...this.#polite]) this.#changed(file);
  }

  #answer(wanted: Waiting): void {
    const errno = this.#set(wanted);
    if (errno !== undefined) this.#fail(wanted, errno);
    else if (!this.#waiting.has(requestKey(wanted.client, wanted.request))) this.#done(wanted);
    this.#changed(wanted.file);
  }

  /** @returns An errno when it is refused; else it is held, dropped, or now waited for. */
  #set(wanted: Waiting): ErrnoName | undefined {
    const { file, client, wait } = wanted;
    const { options } = this.#context;
    if (wanted.type === LOCK.unlock) {
      this.#put(file, wanted);
      return undefined;
    }
    if (!this.#settled && !wanted.again) return this.#startWaiting(wanted);
    const old = file.flock ? file.held.find((held) => held.owner === wanted.owner) : undefined;
    if (old?.type === wanted.type) return undefined;
    if (old !== undefined) {
      // flock(2): "the existing lock is first removed, and then a new lock is established". Others get it in between.
      this.#put(file, { ...wanted, type: LOCK.unlock });
      this.#serve(file);
    }
    const inTheWay = file.held.filter((held) => conflicts(held, wanted));
    for (const held of inTheWay) this.#refusing.add(held.client);
    if (inTheWay.length === 0 && !(wait && this.#mustQueue(wanted, file.waiting))) {
      if ((this.#ranges.get(client) ?? 0) >= options.locksPerClientMax) return "ENOLCK";
      this.#put(file, wanted);
      return undefined;
    }
    if (!wait) return "EAGAIN";
    if (!file.flock && this.#closesRing(wanted)) return "EDEADLK";
    return this.#startWaiting(wanted);
  }

  /** Serves those that wait for it, then forgets the file if it can. */
  #changed(file: LockedFile): void {
    this.#serve(file);
    if (file.waiting.length > 0) return;
    this.#polite.delete(file);
    if (file.held.length === 0) this.#files.delete(file.key);
  }

  /** Gives locks to those that wait, in order, for as long as one becomes free. */
  #serve(file: LockedFile): void {
    let again = this.#settled && file.waiting.length > 0;
    while (again) {
      again = false;
      this.#polite.delete(file);
      const before: Waiting[] = [];
      for (const waiting of file.waiting) {
        if (file.held.some((held) => conflicts(held, waiting))) before.push(waiting);
        else if (this.#mustQueue(waiting, before)) {
          before.push(waiting);
          this.#polite.add(file);
        } else {
          this.#stopWaiting(waiting);
          this.#put(file, waiting);
          this.#done(waiting);
          // It may have made less of what it had (write to read), so an earlier one can have its lock now.
          again = true;
          break;
        }
      }
    }
  }

  /** Whether one that no held lock refuses stands behind others that came before it. */
  #mustQueue(wanted: Waiting, before: readonly Waiting[]): boolean {
    const { options, now } = this.#context;
    if (now() >= wanted.sinceMs + options.fairMs || this.#ranges.has(wanted.owner)) return false;
    return before.some((earlier) => conflicts(earlier, wanted));
  }

  /** Whether those who hold what is wanted wait, directly or not, for the one who wants it. */
  #closesRing(wanted: Waiting): boolean {
    const seen = new Set<string>();
    const open: Waiting[] = [wanted];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const held of next.file.held) {
        if (!conflicts(held, next) || seen.has(held.owner)) continue;
        if (held.owner === wanted.owner) return true;
        seen.add(held.owner);
        open.push(...(this.#waitingOf.get(held.owner) ?? []));
      }
    }
    return false;
  }

  #put(file: LockedFile, { client, owner, type, start, end, pid }: LockedRange): void {
    const before = file.held;
    file.held = setRange(before, { client, owner, type, start, end, pid });
    this.#count(client, owner, file.held.length - before.length);
  }

  #count(client: ClientId, owner: string, more: number): void {
    this.#held += more;
    count(this.#ranges, owner, more);
    count(this.#ranges, client, more);
  }

  #startWaiting(waiting: Waiting): ErrnoName | undefined {
    if ((this.#waits.get(waiting.client) ?? 0) >= this.#context.options.waitingPerClientMax) return "ENOLCK";
    waiting.file.waiting.push(waiting);
    this.#waiting.set(requestKey(waiting.client, waiting.request), waiting);
    count(this.#waits, waiting.client, 1);
    const others = this.#waitingOf.get(waiting.owner);
    if (others === undefined) this.#waitingOf.set(waiting.owner, new Set([waiting]));
    else others.add(waiting);
    return undefined;
  }

  #stopWaiting(waiting: Waiting): void {
    const { file, client, request, owner } = waiting;
    file.waiting = file.waiting.filter((other) => other !== waiting);
    this.#waiting.delete(requestKey(client, request));
    count(this.#waits, client, -1);
    const others = this.#waitingOf.get(owner);
    others?.delete(waiting);
    if (others?.size === 0) this.#waitingOf.delete(owner);
  }

  #dropWaiting(client: ClientId): Set<LockedFile> {
    const files = new Set<LockedFile>();
    for (const waiting of this.#waiting.values()) {
      if (waiting.client !== client) continue;
      this.#stopWaiting(waiting);
      files.add(waiting.file);
    }
    return files;
  }

  #file(event: LockOwner): LockedFile {
    const key = fileKey(event);
    let file = this.#files.get(key);
    if (file === undefined) {
      file = { key, flock: event.flock, held: [], waiting: [] };
      this.#files.set(key, file);
    }
    return file;
  }

  #done({ client, request }: { readonly client: ClientId; readonly request: number }): void {
    this.#context.emit({ kind: "done", client, request });
  }

  #fail({ client, request }: { readonly client: ClientId; readonly request: number }, errno: ErrnoName): void {
    this.#context.emit({ kind: "failed", client, request, errno });
  }
}

const fileKey = ({ oid, flock }: { readonly oid: Oid; readonly flock: boolean }): string =>
  `${flock ? "f" : "p"}${oid}`;
const requestKey = (client: ClientId, request: number): string => `${client}/${request}`;
const isType = (type: number): boolean => type === LOCK.read || type === LOCK.write || type === LOCK.unlock;
const isRange = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
  start >= 0 && start <= end;

function rangeOf(event: LockRange & { readonly client: ClientId; readonly pid: number }): LockedRange {
  const { client, flock, type, pid } = event;
  const owner = `${flock ? "f" : "p"}${client}/${event.owner}`;
  return { client, owner, type, pid, start: flock ? 0 : event.start, end: flock ? FILE_END : event.end };
}

function count<Key>(counts: Map<Key, number>, key: Key, more: number): void {
  const sum = (counts.get(key) ?? 0) + more;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
