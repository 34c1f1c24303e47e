type Want = { readonly object: number; readonly mode: 1 | 2 };
type Request = {
  readonly client: number;
  readonly request: number;
  readonly wants: readonly Want[];
  readonly extras: readonly Want[];
};

/**
 * What the lease table does, said as plainly as can be: one list of requests in order of arrival, gone through from the
 * beginning again and again. Slow, and without any state that could be forgotten to be kept in step.
 */
export class PlainLeases {
  readonly #modes = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #requests: Request[] = [];

  get held(): number {
    return this.#modes.size;
  }

  get waiting(): number {
    return this.#requests.length;
  }

  acquire(client: number, request: number, wants: readonly Want[], extras: readonly Want[]): void {
    this.#requests.push({ client, request, wants, extras });
  }

  /** @returns Whether the client has the lease now. */
  offer(client: number, { object, mode }: Want): boolean {
    const key = `${client} ${object}`;
    if (this.#asked.has(key)) return false;
    if ((this.#modes.get(key) ?? 0) >= mode) return true;
    if (this.#requests.some(({ wants }) => wants.some((want) => want.object === object))) return false;
    if (this.#holdersInTheWay({ client, request: 0, wants: [{ object, mode }], extras: [] }, { object }).length > 0)
      return false;
    this.#modes.set(key, mode);
    return true;
  }

  giveBack(client: number, object: number, keep: number): void {
    const key = `${client} ${object}`;
    if (keep <= (this.#asked.get(key) ?? -1)) this.#asked.delete(key);
    if (keep === 0) this.#modes.delete(key);
    else if (this.#modes.has(key)) this.#modes.set(key, 1);
  }

  drop(client: number, ended: boolean): void {
    this.#requests = this.#requests.filter((request) => request.client !== client);
    if (!ended) return;
    for (const map of [this.#modes, this.#asked]) {
      for (const key of [...map.keys()]) if (key.startsWith(`${client} `)) map.delete(key);
    }
  }

  /**
   * Grants and revokes all that can be.
   *
   * @param order Requests in the order in which they are to be granted, where several can be: an extra is had or not by
   *   what was granted before.
   * @returns What was done, as effectText() says it.
   */
  run(order: readonly number[]): string[] {
    const effects: string[] = [];
    for (let found = this.#grantable(order); found !== undefined; found = this.#grantable(order)) {
      const { client, request, wants, extras } = found;
      this.#requests = this.#requests.filter((other) => other !== found);
      for (const { object, mode } of wants) {
        const key = `${client} ${object}`;
        this.#modes.set(key, Math.max(mode, this.#modes.get(key) ?? 0));
      }
      const had = extras.filter((extra) => this.offer(client, extra));
      const grants = [...wants, ...had].map(
        ({ object }) => `${object}${this.#modes.get(`${client} ${object}`) === 2 ? "w" : "r"}`,
      );
      effects.push(`${client}: #${request} has ${grants.join(" ")}`);
    }
    this.#revoke(effects);
    return effects;
  }

  #grantable(order: readonly number[]): Request | undefined {
    const place = ({ request }: Request): number => (order.includes(request) ? order.indexOf(request) : order.length);
    const all = this.#requests.filter((request) =>
      request.wants.every(
        (want) =>
          this.#isNext(request, want) &&
          !this.#asked.has(`${request.client} ${want.object}`) &&
          this.#holdersInTheWay(request, want).length === 0,
      ),
    );
    return all.toSorted((a, b) => place(a) - place(b))[0];
  }

  #revoke(effects: string[]): void {
    for (const request of this.#requests) {
      for (const want of request.wants) {
        if (!this.#isNext(request, want)) continue;
        const keep = this.#strongest(request, want.object) === 2 ? 0 : 1;
        for (const holder of this.#holdersInTheWay(request, want)) {
          const key = `${holder} ${want.object}`;
          if (this.#asked.has(key)) continue;
          this.#asked.set(key, keep);
          effects.push(`${holder}: give back ${want.object}${keep === 1 ? ", may read" : ""}`);
        }
      }
    }
  }

  #strongest(request: Request, object: number): number {
    return Math.max(...request.wants.filter((want) => want.object === object).map(({ mode }) => mode));
  }

  /** Whether nothing that waits for longer wants the object in a way that does not go with this. */
  #isNext(request: Request, { object }: Want): boolean {
    for (const earlier of this.#requests) {
      if (earlier === request) return true;
      const theirs = this.#strongest(earlier, object);
      if (theirs === 2 || (theirs === 1 && this.#strongest(request, object) === 2)) return false;
    }
    return true;
  }

  #holdersInTheWay(request: Request, { object }: Pick<Want, "object">): number[] {
    const holders: number[] = [];
    for (const [key, mode] of this.#modes) {
      const [holder, held] = key.split(" ").map(Number);
      if (held !== object || holder === undefined || holder === request.client) continue;
      if (mode === 2 || this.#strongest(request, object) === 2) holders.push(holder);
    }
    return holders;
  }
}
