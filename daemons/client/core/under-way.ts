import type { Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { ClientPorts } from "./ports.ts";

/** What was begun ahead of who may want it, by key, and who waits for it by now. */
export class UnderWay<Key> {
  readonly #ports: Pick<ClientPorts, "after">;
  readonly #waiting = new Map<Key, Set<() => void>>();

  constructor(ports: Pick<ClientPorts, "after">) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#waiting.size;
  }

  has(key: Key): boolean {
    return this.#waiting.has(key);
  }

  /** What was not under way so far. */
  begin(key: Key): void {
    this.#waiting.set(key, new Set());
  }

  /** It has come, or has not. @param take Called before those who wait go on. */
  over(key: Key, take: () => void): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    take();
    for (const end of waiting) end();
  }

  /** Waits until it has come, or has not. @returns Whether there was one. */
  *settled(key: Key): Operation<boolean> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    yield* waitAtMost<undefined>(this.#ports, undefined, (resume) => {
      const end = (): void => resume(undefined);
      waiting.add(end);
      return () => waiting.delete(end);
    });
    return true;
  }
}
