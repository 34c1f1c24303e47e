import { namesSuite } from "./suite-names.ts";
import { contentSuite } from "./suite-content.ts";
import { listingSuite } from "./suite-listing.ts";
import { rightsSuite } from "./suite-rights.ts";
import { sequenceSuite } from "./suite-sequence.ts";
import type { Store } from "../core/store.ts";

/** A store to be tested, in one test. */
export type StoreUnderTest = { readonly store: Store; close(): void };

/**
 * What every store does, whatever it keeps its objects in.
 *
 * @param open Begins an empty store, in which anybody may make names at the root.
 */
export function storeSuite(kind: string, open: () => StoreUnderTest, skip: string | false = false): void {
  for (const suite of [namesSuite, contentSuite, listingSuite, rightsSuite, sequenceSuite]) suite(kind, open, skip);
}
