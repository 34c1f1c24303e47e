import type { ClientId, Oid } from "../../core/brand.ts";

type Range = {
  readonly client: ClientId;
  readonly from: number;
  readonly to: number;
  /** How many are still implied. */
  left: number;
  /** One bit a number: taken. Made when the first is, as most never are. */
  taken: Uint8Array | undefined;
};

/**
 * The numbers that were handed out, each implying a write lease of its client (rule L5): what a client makes costs no
 * request, and no memory for each object here. An implied lease ends when it is {@link OidRanges.take taken}: written
 * down in the lease table, for good, since another client asks or the maker gives it back.
 *
 * Bounded: one record a range that has numbers left, and one bit a number in those that somebody asked about.
 */
export class OidRanges {
  /** In rising order, never overlapping. */
  readonly #ranges: Range[] = [];

  /** @param from Inclusive. @param to Exclusive. Numbers are handed out once only. */
  give(client: ClientId, from: Oid, to: Oid): void {
    if (to <= from) return;
    const range: Range = { client, from, to, left: to - from, taken: undefined };
    this.#ranges.splice(this.#placeAfter(from), 0, range);
  }

  /** @returns Whose write lease the number implied until now; from now on it implies none. */
  take(oid: Oid): ClientId | undefined {
    const place = this.#placeAfter(oid) - 1;
    const range = this.#ranges[place];
    if (range === undefined || oid >= range.to) return undefined;
    range.taken ??= new Uint8Array(Math.ceil((range.to - range.from) / 8));
    const index = oid - range.from;
    const byte = index >> 3;
    const bit = 1 << (index & 7);
    const bits = range.taken[byte] ?? 0;
    if ((bits & bit) !== 0) return undefined;
    range.taken[byte] = bits | bit;
    range.left -= 1;
    if (range.left === 0) this.#ranges.splice(place, 1);
    return range.client;
  }

  /** @returns Whose write lease the number implies. */
  makerOf(oid: Oid): ClientId | undefined {
    const range = this.#ranges[this.#placeAfter(oid) - 1];
    if (range === undefined || oid >= range.to) return undefined;
    const index = oid - range.from;
    return ((range.taken?.[index >> 3] ?? 0) & (1 << (index & 7))) === 0 ? range.client : undefined;
  }

  /** Whatever is left of a client's ranges implies nothing any more. */
  end(client: ClientId): void {
    let kept = 0;
    for (const range of this.#ranges) {
      if (range.client === client) continue;
      this.#ranges[kept] = range;
      kept += 1;
    }
    this.#ranges.length = kept;
  }

  /** Records kept. */
  get size(): number {
    return this.#ranges.length;
  }

  /** @returns The index of the first range that begins past the number. */
  #placeAfter(oid: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.from ?? 0) <= oid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
