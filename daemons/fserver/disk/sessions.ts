import type { ClientId, Sequence } from "../../core/brand.ts";
import { clientId, sequence } from "../../core/brand.ts";
import { errnoName } from "../../core/errno.ts";
import { O_CLOEXEC, O_CREAT, O_NOFOLLOW, O_RDWR } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { addressOf, cstring } from "../../sys/memory.ts";
import { namesIn } from "./directory-names.ts";

/** How many outcomes of one client are kept: more than it has under way. */
const OUTCOMES = 1_024;
/** u64 sequence, u16 errno, u48 count. */
const OUTCOME_BYTES = 16;
const HIGH = 2 ** 32;

type Session = {
  /** -1: only in memory. */
  readonly fd: number;
  readonly ring: Buffer;
  readonly address: number;
  position: number;
};

/**
 * How far each client's changes are applied, and what came of the last of them: the exactly-once table (rule 4).
 *
 * A file for each session, `.pohmelfs/sessions/<client>`: a ring of outcomes, in which the highest sequence is the
 * position. One pwrite(2) of 16 bytes a change, into space taken when the session began, so it survives the end of the
 * process and cannot fail on a full disk.
 */
export class Sessions {
  readonly #folder: number;
  readonly #sessions = new Map<ClientId, Session>();

  /** Reads back what is there. @param folder A descriptor of `.pohmelfs/sessions`, owned by this from now on. */
  constructor(folder: number) {
    this.#folder = folder;
    for (const name of namesIn(folder)) {
      const number = Number(name);
      if (Number.isSafeInteger(number) && number > 0) this.#open(clientId(number));
    }
  }

  get clients(): readonly ClientId[] {
    return [...this.#sessions.keys()];
  }

  register(client: ClientId): void {
    if (!this.#sessions.has(client)) this.#open(client);
  }

  end(client: ClientId): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    libc.close(session.fd);
    this.#sessions.delete(client);
    libc.unlinkat(this.#folder, cstring(String(client)), 0);
  }

  position(client: ClientId): Sequence | undefined {
    const session = this.#sessions.get(client);
    return session === undefined ? undefined : sequence(session.position);
  }

  /** @returns What came of a change, or undefined when that is too long ago. */
  outcome(client: ClientId, seq: number): { readonly errno: number; readonly count: number } | undefined {
    const ring = this.#sessions.get(client)?.ring;
    const at = (seq % OUTCOMES) * OUTCOME_BYTES;
    if (ring === undefined || read64(ring, at) !== seq) return undefined;
    return { errno: ring.readUInt16LE(at + 8), count: ring.readUIntLE(at + 10, 6) };
  }

  /** Writes down the outcome of a client's next change; from then on it is its position. */
  applied(client: ClientId, seq: number, errno: number, count: number): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    const at = (seq % OUTCOMES) * OUTCOME_BYTES;
    session.ring.writeUInt32LE(seq >>> 0, at);
    session.ring.writeUInt32LE(Math.floor(seq / HIGH), at + 4);
    session.ring.writeUInt16LE(errno, at + 8);
    session.ring.writeUIntLE(count, at + 10, 6);
    session.position = seq;
    if (session.fd < 0) return;
    const done = libc.pwrite(session.fd, session.address + at, OUTCOME_BYTES, at);
    if (done !== OUTCOME_BYTES) throw new Error(`a session cannot be written: ${errnoName(-done)}`);
  }

  sync(): void {
    for (const { fd } of this.#sessions.values()) libc.fsync(fd);
    libc.fsync(this.#folder);
  }

  close(): void {
    for (const { fd } of this.#sessions.values()) libc.close(fd);
    this.#sessions.clear();
    libc.close(this.#folder);
  }

  #open(client: ClientId): void {
    const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    let fd = libc.openat(this.#folder, cstring(String(client)), flags, 0o600);
    const ring = Buffer.alloc(OUTCOMES * OUTCOME_BYTES);
    const address = addressOf(ring);
    const length = ring.length;
    const got = libc.pread(fd, address, length, 0);
    // Writing it takes the space, also of a ring that was cut short by a power failure.
    if (got !== length && libc.pwrite(fd, address, length, 0) !== length) {
      // On a full disk a session lives as long as this process: its client, fenced after a restart, opens a new one.
      libc.close(fd);
      libc.unlinkat(this.#folder, cstring(String(client)), 0);
      fd = -1;
    }
    let position = 0;
    for (let at = 0; at < length; at += OUTCOME_BYTES) position = Math.max(position, read64(ring, at));
    this.#sessions.set(client, { fd, ring, address, position });
  }
}

const read64 = (ring: Buffer, at: number): number => ring.readUInt32LE(at + 4) * HIGH + ring.readUInt32LE(at);
