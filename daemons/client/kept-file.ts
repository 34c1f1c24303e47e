import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { clientId, oid as toOid, type ClientId, type Sequence } from "../core/brand.ts";
import { errnoName } from "../core/errno.ts";
import { readU64, viewOf, write64 } from "../sys/memory.ts";
import { encodeFrameParts, FrameDecoder } from "../wire/frame.ts";
import { CHANGES, FIRST_EPOCH, LIMIT, type Change } from "../wire/messages.ts";
import type { Inheritance, KeptChange, KeptFile, KeptLocks, KeptSession, KeptState } from "./core/kept-state.ts";
import { openSlotFile, type Record as SlotRecord, type SlotFile, type Slots } from "./slot-file.ts";

/** Kinds of records. */
const KIND = { mount: 1, session: 2, file: 3, locks: 4, change: 5 } as const;

/** What is known of the outcome of a change: nothing, what it is, and that it is durable on all members. */
const OUTCOME = { none: 0, known: 1, durable: 2 } as const;

/** A file record: fh u64, oid u64, unique u64, broken u8. */
const FILE_BYTES = 25;
/**
 * A change record: what is known of its outcome (OUTCOME) u32, errno u32, count u64; client u64, sequence u64, unique
 * u64, how many leases u32, then their oids u64 each, then the change as a frame of the wire.
 */
const OUTCOME_BYTES = 16;
const CHANGE_BYTES = OUTCOME_BYTES + 28;
const UNIQUE_AT = OUTCOME_BYTES + 16;

/** The numbers of the file: a session, and the newest change of it that was written down. */
const NUMBER = { client: 0, last: 1 } as const;

const DURABLE = Buffer.from([OUTCOME.durable, 0, 0, 0]);
const INITIAL = { isSettled: false, isDurable: false } as const;

const CHANGE_KINDS: ReadonlySet<string> = new Set(CHANGES.map(({ kind }) => kind));
const JSON_BYTES = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

type KeptEntry = {
  readonly slot: number;
  readonly unique: number;
  isSettled: boolean;
  isAnswered: boolean;
  isDurable: boolean;
};

/**
 * What outlives a mount's daemon, in a file of the run folder. When it cannot be written any more, that is told once, and
 * nothing is written from then on: then a daemon that is killed takes its mount with it, as one without such a file.
 */
export class KeptStateFile implements KeptState {
  readonly #file: SlotFile;
  readonly #failed: (because: string) => void;
  readonly #scratch = Buffer.alloc(4_096);
  readonly #view = viewOf(this.#scratch);
  readonly #outcome = Buffer.alloc(OUTCOME_BYTES);
  readonly #outcomeView = viewOf(this.#outcome);
  readonly #errno = this.#outcome.subarray(4, 8);
  readonly #count = this.#outcome.subarray(8, 16);
  readonly #state = this.#outcome.subarray(0, 4);
  #isBroken = false;
  #client: ClientId = clientId(0);
  #session = "";
  #sessionSlot: number | undefined;
  #mountSlot: number | undefined;
  readonly #files = new Map<number, number>();
  readonly #locks = new Map<string, number>();
  readonly #changes = new Map<Sequence, KeptEntry>();
  /** Settled, and not durable yet, in the order of their numbers. */
  readonly #applied = new Set<Sequence>();
  /** The changes that a request has begun, in most cases one. */
  readonly #byRequest = new Map<number, Sequence | Set<Sequence>>();

  /** @param failed Told, once, why it cannot be written any more. */
  constructor(file: SlotFile, records: readonly SlotRecord[], failed: (because: string) => void) {
    this.#file = file;
    this.#failed = failed;
    for (const record of records) this.#index(record);
  }

  /** All that had to be written could be. */
  get isWhole(): boolean {
    return !this.#isBroken;
  }

  /** What is there already is known by where it lies, to be written over or freed later. */
  #index({ kind, slot, bytes }: SlotRecord): void {
    if (kind === KIND.file) this.#files.set(readFile(bytes).fh, slot);
    else if (kind === KIND.locks) this.#locks.set(lockName(JSON.parse(bytes.toString()) as KeptLocks), slot);
    else if (kind === KIND.mount) this.#mountSlot = slot;
    else if (kind === KIND.session) this.#indexSession(slot, bytes);
    else if (kind === KIND.change) {
      const view = viewOf(bytes);
      const unique = readU64(view, UNIQUE_AT);
      const outcome = view.getUint32(0, true);
      const isSettled = outcome !== OUTCOME.none;
      const entry = { slot, unique, isSettled, isDurable: outcome === OUTCOME.durable, isAnswered: unique === 0 };
      this.#remember(readU64(view, OUTCOME_BYTES + 8) as Sequence, entry);
    }
  }

  #indexSession(slot: number, bytes: Buffer): void {
    this.#sessionSlot = slot;
    this.#session = bytes.toString();
    this.#client = (JSON.parse(this.#session) as KeptSession).client;
  }

  /** How the kernel mounted it: any value that JSON can have. */
  mount(mount: unknown): void {
    this.#mountSlot = this.#replace(this.#mountSlot, KIND.mount, [JSON_BYTES(mount)]);
  }

  session(session: KeptSession): void {
    const text = JSON.stringify(session);
    if (text === this.#session) return;
    this.#session = text;
    const isNew = this.#client !== session.client;
    this.#client = session.client;
    this.#sessionSlot = this.#replace(this.#sessionSlot, KIND.session, [Buffer.from(text)]);
    if (isNew) this.#number(NUMBER.last, 0);
    if (isNew) this.#number(NUMBER.client, session.client);
  }

  #number(which: 0 | 1, value: number): void {
    if (!this.#isBroken) this.#file.number(which, value);
  }

  opened({ fh, oid, unique, isBroken }: KeptFile): void {
    write64(this.#view, 0, fh);
    write64(this.#view, 8, oid);
    write64(this.#view, 16, unique);
    this.#view.setUint8(24, isBroken ? 1 : 0);
    const slot = this.#replace(this.#files.get(fh), KIND.file, [this.#scratch.subarray(0, FILE_BYTES)]);
    if (slot !== undefined) this.#files.set(fh, slot);
  }

  closed(fh: number): void {
    this.#free(this.#files.get(fh));
    this.#files.delete(fh);
  }

  locked(locks: KeptLocks): void {
    const name = lockName(locks);
    const before = this.#locks.get(name);
    if (locks.ranges.length === 0 && !locks.isUnsure) {
      this.#free(before);
      this.#locks.delete(name);
      return;
    }
    const slot = this.#replace(before, KIND.locks, [JSON_BYTES(locks)]);
    if (slot !== undefined) this.#locks.set(name, slot);
  }

  changing({ change, unique, under }: KeptChange): void {
    if (this.#isBroken) return;
    const before = this.#changes.get(change.origin.seq);
    const { head, tail } = encodeFrameParts(change, 0, FIRST_EPOCH);
    const view = this.#view;
    this.#scratch.fill(0, 0, OUTCOME_BYTES);
    write64(view, OUTCOME_BYTES, this.#client);
    write64(view, OUTCOME_BYTES + 8, change.origin.seq);
    write64(view, UNIQUE_AT, unique);
    view.setUint32(OUTCOME_BYTES + 24, under.length, true);
    for (const [at, oid] of under.entries()) write64(view, CHANGE_BYTES + 8 * at, oid);
    const fixed = this.#scratch.subarray(0, CHANGE_BYTES + 8 * under.length);
    const slot = this.#put(KIND.change, tail.byteLength === 0 ? [fixed, head] : [fixed, head, tail]);
    if (slot === undefined) return;
    this.#number(NUMBER.last, change.origin.seq);
    // The new record first: whoever finds both believes the newer one.
    if (before !== undefined) this.#forget(change.origin.seq, before);
    this.#remember(change.origin.seq, { slot, unique, ...INITIAL, isAnswered: unique === 0 });
  }

  #remember(seq: Sequence, entry: KeptEntry): void {
    this.#changes.set(seq, entry);
    if (entry.isAnswered) return;
    const others = this.#byRequest.get(entry.unique);
    if (others === undefined) this.#byRequest.set(entry.unique, seq);
    else if (typeof others === "number") this.#byRequest.set(entry.unique, new Set([others, seq]));
    else others.add(seq);
  }

  unmade(seq: Sequence): void {
    const entry = this.#changes.get(seq);
    if (entry === undefined) return;
    this.#number(NUMBER.last, seq - 1);
    this.#forget(seq, entry);
  }

  settled(seq: Sequence, outcome: KeptChange["outcome"]): void {
    const entry = this.#changes.get(seq);
    if (entry === undefined) return;
    if (outcome === undefined) return this.#forget(seq, entry);
    entry.isSettled = true;
    this.#applied.add(seq);
    if (!entry.isAnswered) this.#write(entry, OUTCOME.known, outcome);
  }

  durable(upTo: number): void {
    for (const seq of this.#applied) {
      if (seq > upTo) return;
      this.#applied.delete(seq);
      const entry = this.#changes.get(seq);
      if (entry === undefined) continue;
      entry.isDurable = true;
      if (entry.isAnswered) this.#forget(seq, entry);
      else if (!this.#isBroken) this.#file.patch(entry.slot, 0, DURABLE);
    }
  }

  #write({ slot }: KeptEntry, state: number, { errno, count }: NonNullable<KeptChange["outcome"]>): void {
    this.#outcomeView.setUint32(0, state, true);
    this.#outcomeView.setUint32(4, errno, true);
    write64(this.#outcomeView, 8, count);
    if (this.#isBroken) return;
    this.#file.patch(slot, 4, this.#errno);
    this.#file.patch(slot, 8, this.#count);
    // Last: it says that there is an outcome.
    this.#file.patch(slot, 0, this.#state);
  }

  answered(unique: number): void {
    const changes = this.#byRequest.get(unique);
    if (changes === undefined) return;
    this.#byRequest.delete(unique);
    if (typeof changes === "number") this.#answered(changes);
    else for (const seq of changes) this.#answered(seq);
  }

  #answered(seq: Sequence): void {
    const entry = this.#changes.get(seq);
    if (entry === undefined) return;
    entry.isAnswered = true;
    // Else it stays as it is: the kernel does not repeat a request that has its answer.
    if (entry.isDurable) this.#forget(seq, entry);
  }

  #forget(seq: Sequence, entry: KeptEntry): void {
    this.#applied.delete(seq);
    this.#changes.delete(seq);
    if (!entry.isAnswered) this.#forgetRequest(seq, entry.unique);
    this.#free(entry.slot);
  }

  #forgetRequest(seq: Sequence, unique: number): void {
    const changes = this.#byRequest.get(unique);
    if (changes === seq) this.#byRequest.delete(unique);
    else if (typeof changes === "object") changes.delete(seq);
  }

  /** The new record first: whoever finds both believes the newer one. */
  #replace(before: number | undefined, kind: number, pieces: readonly Uint8Array[]): number | undefined {
    const slot = this.#put(kind, pieces);
    this.#free(before);
    return slot;
  }

  #put(kind: number, pieces: readonly Uint8Array[]): number | undefined {
    if (this.#isBroken) return undefined;
    const slot = this.#file.put(kind, pieces);
    if (slot >= 0) return slot;
    this.#isBroken = true;
    this.#failed(errnoName(-slot));
    return undefined;
  }

  #free(slot: number | undefined): void {
    if (slot !== undefined && !this.#isBroken) this.#file.free(slot);
  }

  /** @param path Where it lies: it goes, unless somebody else's lies there by now. */
  remove(path: string): void {
    if (this.#file.liesAt(path)) rmSync(path, { force: true });
    this.#file.close();
  }

  close(): void {
    this.#file.close();
  }
}

/** What is kept of a mount, and what an earlier daemon of it left. */
export type Kept = { readonly state: KeptStateFile; readonly left: Left };

/**
 * Opens the file of a mount, or begins one.
 *
 * @param failed Told, once, when it cannot be written any more.
 * @returns Undefined where there can be none: that is told too.
 */
export function openKept(path: string, failed: (because: string) => void): Kept | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  let opened = openSlotFile(path);
  if (!opened.ok && opened.errno === "EAGAIN") {
    // Of a mount that was taken out of the tree while in use, whose daemon goes on for its users.
    rmSync(path, { force: true });
    opened = openSlotFile(path);
  }
  if (!opened.ok) {
    failed(opened.because ?? opened.errno);
    return undefined;
  }
  const { file, records } = opened.value;
  return { state: new KeptStateFile(file, records, failed), left: readLeft(opened.value) };
}

const lockName = ({ oid, flock, owner }: KeptLocks): string => `${flock ? "f" : "p"}${oid}/${owner}`;

function readFile(bytes: Buffer): KeptFile {
  const view = viewOf(bytes);
  return {
    fh: readU64(view, 0),
    oid: toOid(readU64(view, 8)),
    unique: readU64(view, 16),
    isBroken: view.getUint8(24) === 1,
  };
}

function readChange(bytes: Buffer): KeptChange | undefined {
  const view = viewOf(bytes);
  const count = view.getUint32(OUTCOME_BYTES + 24, true);
  const under = Array.from({ length: count }, (_, at) => toOid(readU64(view, CHANGE_BYTES + 8 * at)));
  const change = decodeChange(bytes.subarray(CHANGE_BYTES + 8 * count));
  if (change === undefined) return undefined;
  const outcome = { errno: view.getUint32(4, true), count: readU64(view, 8) };
  return {
    change,
    unique: readU64(view, UNIQUE_AT),
    under,
    outcome: view.getUint32(0, true) === OUTCOME.none ? undefined : outcome,
    isDurable: view.getUint32(0, true) === OUTCOME.durable,
  };
}

function decodeChange(frame: Buffer): Change | undefined {
  const decoder = new FrameDecoder();
  decoder.limit(LIMIT.frameBytes);
  for (let at = 0; at < frame.length; ) {
    const { buffer, start, end } = decoder.space();
    const part = frame.copy(buffer, start, at, Math.min(frame.length, at + end - start));
    decoder.received(part);
    at += part;
    const next = decoder.next();
    if (next === undefined) continue;
    if ("fault" in next || !CHANGE_KINDS.has(next.message.kind)) return undefined;
    // Its data are views of the decoder's memory, which nobody else uses.
    return next.message as Change;
  }
  return undefined;
}

/** What a mount's daemon has left: how the kernel mounted it, and what to go on from; undefined where that is nothing. */
export type Left = { readonly mount: unknown; readonly inheritance: Inheritance | undefined };

/** Reads back what {@link KeptStateFile} wrote. */
export function readLeft({ records, numbers }: Slots): Left {
  const live = [...records].sort((a, b) => a.stamp - b.stamp);
  const ofKind = (kind: number): readonly Buffer[] =>
    live.filter((record) => record.kind === kind).map(({ bytes }) => bytes);
  const json = (bytes: Buffer | undefined): unknown => (bytes === undefined ? undefined : JSON.parse(bytes.toString()));
  const session = json(ofKind(KIND.session).at(-1)) as KeptSession | undefined;
  const mount = json(ofKind(KIND.mount).at(-1));
  if (session === undefined) return { mount, inheritance: undefined };
  const own = (bytes: Buffer): boolean =>
    bytes.length >= CHANGE_BYTES && readU64(viewOf(bytes), OUTCOME_BYTES) === session.client;
  // The newest of each comes last.
  const bySequence = new Map(
    ofKind(KIND.change)
      .filter(own)
      .map(readChange)
      .filter((change) => change !== undefined)
      .map((kept) => [kept.change.origin.seq, kept]),
  );
  const changes = [...bySequence.values()].sort((a, b) => a.change.origin.seq - b.change.origin.seq);
  const files = new Map(
    ofKind(KIND.file)
      .map(readFile)
      .map((file) => [file.fh, file]),
  );
  const locks = new Map(
    ofKind(KIND.locks)
      .map((bytes) => json(bytes) as KeptLocks)
      .map((one) => [lockName(one), one]),
  );
  const inheritance = {
    session,
    files: [...files.values()],
    locks: [...locks.values()],
    changes,
    lastSequence: Math.max(
      numbers[NUMBER.client] === session.client ? numbers[NUMBER.last] : 0,
      changes.at(-1)?.change.origin.seq ?? 0,
    ),
  };
  return { mount, inheritance };
}
