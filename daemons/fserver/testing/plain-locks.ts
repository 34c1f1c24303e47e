export type PlainLock = {
  readonly client: number;
  readonly request: number;
  readonly file: string;
  readonly owner: string;
  readonly type: "read" | "write" | "unlock";
  readonly start: number;
  readonly end: number;
  readonly wait: boolean;
};
type Waiting = PlainLock & { readonly sinceMs: number };

/**
 * What the lock table does, said as plainly as can be: for each byte of each file, who has which lock of it. Files whose
 * names begin with `f` are locked with flock, as wholes.
 */
export class PlainLocks {
  readonly #bytes = new Map<string, { owner: string; client: number; type: "read" | "write" }>();
  #waiting: Waiting[] = [];
  #effects: string[] = [];
  readonly #fairMs: number;
  #nowMs = 0;

  constructor(fairMs: number) {
    this.#fairMs = fairMs;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether the owner waits on another file: only threads can do that. */
  isElsewhere({ owner, file }: PlainLock): boolean {
    return this.#waiting.some((waiting) => waiting.owner === owner && waiting.file !== file);
  }

  /** @returns What was done, as effectText() says it. */
  take(action: () => void): string[] {
    this.#effects = [];
    action();
    return this.#effects;
  }

  lock(lock: PlainLock): void {
    const errno = this.#try({ ...lock, sinceMs: this.#nowMs });
    if (errno !== "waits") this.#say(lock, errno);
    this.#serve([lock.file]);
  }

  drop(lock: PlainLock): void {
    this.#set({ ...lock, type: "unlock", start: 0, end: 99 });
    this.#say(lock, "done");
    this.#serve([lock.file]);
  }

  cancel(client: number, request: number): void {
    const found = this.#waiting.find((waiting) => waiting.client === client && waiting.request === request);
    if (found === undefined) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== found);
    this.#say(found, "EINTR");
    this.#serve([found.file]);
  }

  gone(client: number, ended: boolean): void {
    const files = this.#waiting.filter((waiting) => waiting.client === client).map(({ file }) => file);
    this.#waiting = this.#waiting.filter((waiting) => waiting.client !== client);
    for (const [key, { client: holder }] of this.#bytes) {
      if (!ended || holder !== client) continue;
      this.#bytes.delete(key);
      files.push(key.split(" ")[0] ?? "");
    }
    this.#serve(files);
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    this.#serve(this.#waiting.map(({ file }) => file));
  }

  /** @returns The type of the lock in the way that begins first, and where; undefined when there is none. */
  test(lock: PlainLock): string | undefined {
    const found: { start: number; type: string }[] = [];
    for (let byte = lock.start; byte <= lock.end; byte += 1) {
      for (const { owner, type } of this.#on(lock.file, byte)) {
        if (owner === lock.owner || (type === "read" && lock.type === "read")) continue;
        let start = byte;
        while (this.#on(lock.file, start - 1).some((held) => held.owner === owner && held.type === type)) start -= 1;
        found.push({ start, type });
      }
    }
    const [first] = found.sort((one, other) => one.start - other.start);
    return first === undefined ? undefined : `${first.type} ${first.start}`;
  }

  #try(lock: Waiting): string {
    if (lock.file.startsWith("f") && lock.type !== "unlock") {
      const own = [...this.#bytes].find(([key, { owner }]) => key.startsWith(`${lock.file} `) && owner === lock.owner);
      if (own?.[1].type === lock.type) return "done";
      if (own !== undefined) {
        this.#set({ ...lock, type: "unlock" });
        this.#serve([lock.file]);
      }
    }
    const inTheWay = this.#inTheWay(lock).length > 0;
    if (!inTheWay && !(lock.wait && this.#standsBehind(lock, this.#waiting))) {
      this.#set(lock);
      return "done";
    }
    if (!lock.wait) return "EAGAIN";
    if (!lock.file.startsWith("f") && this.#ring(lock.owner, this.#inTheWay(lock))) return "EDEADLK";
    this.#waiting.push(lock);
    return "waits";
  }

  /** Goes through those that wait on these files until nobody gets anything. */
  #serve(files: readonly string[]): void {
    for (let again = true; again; ) {
      again = false;
      for (const waiting of this.#waiting) {
        if (!files.includes(waiting.file)) continue;
        const before = this.#waiting.slice(0, this.#waiting.indexOf(waiting));
        if (this.#inTheWay(waiting).length > 0 || this.#standsBehind(waiting, before)) continue;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        this.#set(waiting);
        this.#say(waiting, "done");
        again = true;
        break;
      }
    }
  }

  #standsBehind(lock: Waiting, before: readonly Waiting[]): boolean {
    if (lock.type === "unlock" || this.#nowMs >= lock.sinceMs + this.#fairMs) return false;
    for (const { owner } of this.#bytes.values()) if (owner === lock.owner) return false;
    return before.some(
      (other) =>
        other.file === lock.file &&
        other.owner !== lock.owner &&
        other.start <= lock.end &&
        lock.start <= other.end &&
        (other.type === "write" || lock.type === "write"),
    );
  }

  /** Whether one of these owners waits for `owner`, or for one that does. */
  #ring(owner: string, holders: readonly string[]): boolean {
    const reached = new Set(holders);
    for (const holder of reached) {
      for (const waiting of this.#waiting) {
        if (waiting.owner === holder) for (const next of this.#inTheWay(waiting)) reached.add(next);
      }
    }
    return reached.has(owner);
  }

  #inTheWay(lock: PlainLock): string[] {
    const found: string[] = [];
    if (lock.type === "unlock") return found;
    for (let byte = lock.start; byte <= lock.end; byte += 1) {
      for (const { owner, type } of this.#on(lock.file, byte)) {
        if (owner !== lock.owner && (type === "write" || lock.type === "write")) found.push(owner);
      }
    }
    return found;
  }

  #on(file: string, byte: number): { owner: string; type: "read" | "write" }[] {
    const found: { owner: string; type: "read" | "write" }[] = [];
    for (const [key, held] of this.#bytes) if (key.startsWith(`${file} ${byte} `)) found.push(held);
    return found;
  }

  #set({ file, owner, client, type, start, end }: PlainLock): void {
    for (let byte = start; byte <= end; byte += 1) {
      const key = `${file} ${byte} ${owner}`;
      if (type === "unlock") this.#bytes.delete(key);
      else this.#bytes.set(key, { owner, client, type });
    }
  }

  #say({ client, request }: PlainLock, what: string): void {
    this.#effects.push(`${client}: #${request} ${what}`);
  }
}
