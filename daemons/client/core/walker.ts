import type { Oid } from "../../core/brand.ts";
import type { Operation } from "./operation.ts";
import type { ClientPorts } from "./ports.ts";
import { UnderWay } from "./under-way.ts";

/** So many directories are listed ahead when a walk is first noticed; and so many more with each that it comes to. */
const FIRST = 8;
const PER_VISIT = 2;
/** Of listings that nobody has looked at yet, so many at most are asked for at once, and so many remembered. */
const UNDER_WAY_MAX = 32;
const AHEAD_MAX = 2_048;
/** Walks that are told apart; of two `find` at once each is followed. */
const WALKS_MAX = 4;
/** Directories that are remembered, of all walks. */
const FOUND_MAX = 65_536;

/** A tree that somebody goes through, directory by directory. */
type Walk = {
  /** How many more directories may be listed ahead. */
  credit: number;
  /** To be listed, the next ones last. Some may have been listed meanwhile. */
  readonly found: Oid[];
  /** Listed ahead, or about to be, and not looked at yet: how many bytes each takes. Oldest first. */
  readonly ahead: Map<Oid, number>;
};

export type WalkerOptions = {
  readonly ports: Pick<ClientPorts, "after">;
  /**
   * Begins to list a directory, if that is of any use.
   * @param isWhole To its end; else some more of it.
   * @param done Called once, with about how many bytes that took.
   * @returns Whether it has begun.
   */
  readonly list: (directory: Oid, isWhole: boolean, done: (bytes: number) => void) => boolean;
  /** How many bytes may be taken by what nobody has looked at yet. */
  readonly roomBytes: () => number;
};

/**
 * Lists directories ahead of whoever walks a tree. A walk is noticed at its second directory, one that the first has
 * listed. From then on those below, and beside, are listed before they are asked for: never many more than twice as many
 * as are really come to, so that little is in vain for who goes another way.
 */
export class Walker {
  readonly #options: WalkerOptions;
  /** What a directory was found in. */
  readonly #walks = new Map<Oid, Walk>();
  /** The latest last. */
  #latest: Walk[] = [];
  readonly #underWay: UnderWay<Oid>;
  #bytes = 0;
  /** In which a name was asked for last: with a second one, others are worth asking for, too. */
  #missed: Oid | undefined;

  constructor(options: WalkerOptions) {
    this.#options = options;
    this.#underWay = new UnderWay(options.ports);
  }

  /** Somebody looks into a directory, and lists it where it is not listed yet. */
  visited(directory: Oid): void {
    const walk = this.#walks.get(directory);
    if (walk === undefined) return;
    // Until it is known what is in it, it stays one of the walk.
    const isUnknown = !walk.ahead.has(directory) || this.#underWay.has(directory);
    this.#looked(walk, directory);
    if (isUnknown) this.#walks.set(directory, walk);
    const place = isUnknown ? walk.found.lastIndexOf(directory) : -1;
    if (place >= 0) walk.found.splice(place, 1);
    this.#earn(walk);
    this.#go(walk);
  }

  /** Somebody looks up a name in a directory. @param isKnown What that means is known; else it will be asked for. */
  lookedUp(directory: Oid, isKnown: boolean): void {
    const walk = this.#walks.get(directory);
    if (this.#underWay.has(directory)) return;
    if (walk?.ahead.has(directory) === true) this.visited(directory);
    else if (isKnown) return;
    else if (walk !== undefined) {
      this.#earn(walk);
      this.#begin(walk, directory);
      this.#go(walk);
    } else if (this.#missed === directory) this.#list(directory, false, () => {});
    else this.#missed = directory;
  }

  /** What directories there are in one that has just been listed, in its order. */
  found(directory: Oid, below: readonly Oid[]): void {
    const known = this.#walks.get(directory);
    if (known !== undefined && !known.ahead.has(directory)) this.#walks.delete(directory);
    if (below.length === 0 || below.length > FOUND_MAX) return;
    // Of walks that left so much out it is not known any more which is followed.
    if (this.#walks.size + below.length > FOUND_MAX) for (const one of this.#latest) this.#end(one);
    const walk = known ?? this.#newWalk();
    for (let place = below.length - 1; place >= 0; place -= 1) {
      const one = below[place];
      if (one === undefined || this.#walks.has(one)) continue;
      this.#walks.set(one, walk);
      walk.found.push(one);
    }
    this.#go(walk);
  }

  /** Waits until a listing that is under way has come, or has not. @returns Whether there was one. */
  settled(directory: Oid): Operation<boolean> {
    return this.#underWay.settled(directory);
  }

  /** @returns Whether it is under way. */
  #list(directory: Oid, isWhole: boolean, arrived: (bytes: number) => void): boolean {
    if (this.#underWay.has(directory)) return false;
    this.#underWay.begin(directory);
    const hasBegun = this.#options.list(directory, isWhole, (bytes) => {
      this.#underWay.over(directory, () => arrived(bytes));
    });
    if (!hasBegun) this.#underWay.over(directory, () => {});
    return hasBegun;
  }

  #newWalk(): Walk {
    const walk: Walk = { credit: -1, found: [], ahead: new Map() };
    this.#isLatest(walk);
    const [oldest] = this.#latest;
    if (this.#latest.length > WALKS_MAX && oldest !== undefined) this.#end(oldest);
    return walk;
  }

  #earn(walk: Walk): void {
    walk.credit = walk.credit < 0 ? FIRST : Math.min(AHEAD_MAX, walk.credit + PER_VISIT);
    this.#isLatest(walk);
  }

  #isLatest(walk: Walk): void {
    if (this.#latest.at(-1) === walk) return;
    this.#latest = [...this.#latest.filter((one) => one !== walk), walk];
  }

  #end(walk: Walk): void {
    this.#latest = this.#latest.filter((one) => one !== walk);
    for (const oid of walk.ahead.keys()) this.#looked(walk, oid);
    for (const [oid, of] of this.#walks) if (of === walk) this.#walks.delete(oid);
  }

  #looked(walk: Walk, directory: Oid): void {
    const bytes = walk.ahead.get(directory);
    if (bytes === undefined) return;
    walk.ahead.delete(directory);
    this.#bytes -= bytes;
    this.#walks.delete(directory);
  }

  #go(walk: Walk): void {
    while (walk.credit > 0 && this.#underWay.size < UNDER_WAY_MAX && this.#bytes < this.#options.roomBytes()) {
      const next = walk.found.pop();
      if (next === undefined) return;
      if (this.#walks.get(next) === walk && !walk.ahead.has(next)) this.#begin(walk, next);
    }
  }

  #begin(walk: Walk, directory: Oid): void {
    if (!this.#list(directory, true, (bytes) => this.#arrived(walk, directory, bytes))) return;
    walk.credit -= 1;
    walk.ahead.set(directory, 0);
    // Those that the walk has left out.
    if (walk.ahead.size > AHEAD_MAX) this.#looked(walk, walk.ahead.keys().next().value ?? directory);
  }

  #arrived(walk: Walk, directory: Oid, bytes: number): void {
    if (walk.ahead.has(directory)) {
      walk.ahead.set(directory, bytes);
      this.#bytes += bytes;
    }
    this.#go(walk);
  }
}
