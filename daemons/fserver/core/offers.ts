import type { Oid } from "../../core/brand.ts";

/** Read leases that come with answers, to one session: only a lead has them. */
export interface Offers {
  /** Whether the session holds a directory, so that what is told of its names stays true. */
  covers(directory: Oid): boolean;
  /** Gives a read lease, if nobody is in its way. @returns Whether the session has one now. */
  lease(oid: Oid): boolean;
}
