import type { Caller } from "../../core/caller.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import type { Header, Operation as KernelOperation, OperationName } from "../../fuse/core/request.ts";
import type { Validity } from "../../fuse/core/reply.ts";
import { LIMIT } from "../../wire/messages.ts";
import type { CacheLimits } from "./cache-limits.ts";
import type { Contents } from "./contents.ts";
import type { LateErrors } from "./late-errors.ts";
import type { LeadSession } from "./lead-session.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { LockHolder } from "./lock-holder.ts";
import type { MemberLink } from "./member-link.ts";
import type { OidRange } from "./oid-range.ts";
import type { OpenFiles } from "./open-files.ts";
import type { ClientPorts } from "./ports.ts";
import type { RandomReads } from "./random-reads.ts";
import type { Readers } from "./readers.ts";
import type { Reading } from "./reading.ts";
import type { Replays } from "./replays.ts";
import type { Replicator } from "./replicator.ts";
import type { Walker } from "./walker.ts";

export type MountOptions = {
  readonly readOnly: boolean;
  /** Extended attributes are refused (EOPNOTSUPP). */
  readonly noXattr: boolean;
  /** close(2) of a file that was written waits until all members have it durably, as fsync(2) does. */
  readonly syncOnClose: boolean;
  readonly cache: CacheLimits;
};

/** What the operations of one mount work with. */
export type Context = {
  readonly ports: ClientPorts;
  /** As the configuration has them now: limits may change while it runs. */
  readonly options: MountOptions;
  writable: readonly MemberLink[];
  readonly lead: LeadSession;
  readonly readers: Readers;
  readonly leases: LeaseHolder;
  readonly locks: LockHolder;
  readonly replicator: Replicator;
  readonly files: OpenFiles;
  readonly late: LateErrors;
  readonly oids: OidRange;
  readonly replays: Replays;
  readonly walker: Walker;
  readonly reading: Reading;
  readonly randomReads: RandomReads;
  readonly contents: Contents;
};

/** A kernel request of one operation. */
export type RequestOf<Name extends OperationName> = { readonly header: Header } & Extract<
  KernelOperation,
  { readonly op: Name }
>;

/** Nothing is believed for any time: what is told without a lease. */
export const NOW: Validity = { entrySeconds: 0, attributeSeconds: 0 };

/** Who makes a request, with all groups. Root needs none: it is checked by capability, not by group. */
export function callerOf(c: Context, header: Header): Caller {
  if (header.uid === 0) return header.gid === 0 ? ROOT_CALLER : { uid: 0, gid: header.gid, groups: [] };
  const groups = c.ports.groups(header.pid, header.uid, header.gid).slice(0, LIMIT.groups - 1);
  const supp = header.suppGroup;
  if (supp === undefined || groups.includes(supp)) return { uid: header.uid, gid: header.gid, groups };
  return { uid: header.uid, gid: header.gid, groups: [...groups, supp] };
}
