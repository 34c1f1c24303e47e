import type { Context, MountOptions } from "./context.ts";
import { Hints } from "./hints.ts";
import type { LeadSession } from "./lead-session.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { LockHolder } from "./lock-holder.ts";
import type { MemberLink } from "./member-link.ts";
import { OidRange } from "./oid-range.ts";
import { OpenFiles } from "./open-files.ts";
import type { ClientPorts } from "./ports.ts";
import { Readers } from "./readers.ts";
import { Replicator } from "./replicator.ts";

export type ClientMember = {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly priority: number;
  readonly permissions: 1 | 2 | 3;
};

export type ClientOptions = {
  readonly index: number;
  readonly members: readonly ClientMember[];
  /** Place of the lead among the members. */
  readonly lead: number;
  readonly host: string;
  readonly at: string;
  readonly configHash: Uint8Array;
  readonly beatMs: number;
  readonly suspectMs: number;
  readonly giveUpMs: number;
  readonly mount: MountOptions;
};

/** Puts the parts of a client together. */
export function makeContext(
  options: ClientOptions,
  ports: ClientPorts,
  links: readonly MemberLink[],
  lead: LeadSession,
): Context {
  const { members, giveUpMs } = options;
  const writable = links.filter(({ place }) => ((members[place]?.permissions ?? 0) & 2) !== 0);
  const files = new OpenFiles();
  const replicator: Replicator = new Replicator(
    writable,
    ports,
    { giveUpMs, isValid: () => lead.valid },
    {
      diverged: (place, because) =>
        ports.event({ kind: "memberDiverged", server: members[place]?.server ?? "", because }),
      gaveUp: () => leases.wake(),
    },
  );
  const leases: LeaseHolder = new LeaseHolder(lead, ports, {
    giveUpMs,
    isOpen: (oid) => files.isOpen(oid),
    gaveBackOpen: (oid) => files.oweUnused(oid),
    stuck: () => replicator.stuck,
  });
  // A read-only member is fed by the servers, which this version does not do yet: it is never in sync.
  const readable = writable.filter(({ place }) => members[place]?.permissions === 3);
  return {
    ports,
    options: options.mount,
    writable,
    lead,
    readers: new Readers(
      readable.map((link) => ({ link, priority: members[link.place]?.priority ?? 0 })),
      (link) => !replicator.isDiverged(link.place),
      ports,
      giveUpMs,
    ),
    leases,
    locks: new LockHolder(lead, files, (because) => ports.event({ kind: "lockLost", because })),
    replicator,
    hints: new Hints(),
    files,
    oids: new OidRange(lead, ports),
  };
}
