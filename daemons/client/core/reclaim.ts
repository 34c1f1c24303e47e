import type { Oid } from "../../core/brand.ts";
import { LEASE, type MessageOfKind } from "../../wire/messages.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import type { OpenFiles } from "./open-files.ts";

const AT_ONCE = 4_096;

/** What a lead is told when it is there again: all leases held, and all objects open. The last message says so. */
export function reclaimMessages(leases: LeaseHolder, files: OpenFiles): readonly MessageOfKind<"reclaim">[] {
  const open = files.oids();
  // It counts this client as one that has them open, from now on.
  for (const oid of open) files.oweUnused(oid);
  const held = leases.reclaim().map(({ oid, mode }) => ({ oid, mode, inUse: files.isOpen(oid) ? 1 : 0 }));
  const known = new Set<Oid>(held.map(({ oid }) => oid));
  const others = open.filter((oid) => !known.has(oid)).map((oid) => ({ oid, mode: LEASE.none, inUse: 1 }));
  const all = [...held, ...others];
  const messages: MessageOfKind<"reclaim">[] = [];
  for (let from = 0; from === 0 || from < all.length; from += AT_ONCE) {
    const isLast = from + AT_ONCE >= all.length;
    messages.push({ kind: "reclaim", leases: all.slice(from, from + AT_ONCE), last: isLast ? 1 : 0 });
  }
  return messages;
}
