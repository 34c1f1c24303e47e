/** Questions that the rest of pohmelfs asks of a model. */
import { canonicalAddress } from "./address.ts";
import type { Group, Member, Model, Mount, Server } from "./model.ts";

/** A group's member together with the group. */
export type Membership = { readonly group: Group; readonly member: Member };

/** @param nameOrIndex A name, or an index as a number or in digits (`idx=1`): names never are digits alone. */
export function groupOf(model: Model, nameOrIndex: string | number): Group | undefined {
  const wanted = String(nameOrIndex);
  return model.groups.find(
    ({ name, index }) => name === wanted || (/^[0-9]+$/.test(wanted) && index === Number(wanted)),
  );
}

export function serverOf(model: Model, name: string): Server | undefined {
  return model.servers.find((server) => server.name === name);
}

/**
 * The member that grants the leases of a group: of those with `read-write`, the one with the highest priority, the first
 * in the file among equals. A loaded configuration has one for every group.
 */
export function leadOf(group: Group): Member {
  const candidates = group.members.filter(({ permissions }) => permissions === "read-write");
  const [first, ...others] = candidates;
  if (first === undefined) throw new Error(`group ${group.name} has no read-write member`);
  return others.reduce((lead, other) => (other.priority > lead.priority ? other : lead), first);
}

/** What a server is in its groups, in the order of the file: its exports. */
export function membershipsOf(model: Model, server: string): Membership[] {
  return memberships(model).filter(({ member }) => member.server.name === server);
}

/** The members whose servers run on a host. */
export function membersOnHost(model: Model, host: string): Membership[] {
  return memberships(model).filter(({ member }) => member.server.host === host);
}

export function mountsOnHost(model: Model, host: string): Mount[] {
  return model.mounts.filter(({ on }) => on.includes(host));
}

/** All hosts of the file, each once: those of servers, then the clients. */
export function hostsOf(model: Model): string[] {
  return [...new Set([...model.servers.map(({ host }) => host), ...model.clients.map(({ name }) => name)])];
}

/**
 * The addresses a server accepts connections from: those that the file names, of servers and clients, in canonical form,
 * each once. Compare a peer's after `canonicalAddress`.
 */
export function addressesAllowed(model: Model): string[] {
  const written = [...model.servers, ...model.clients].map(({ address }) => address);
  return [...new Set(written.map((address) => canonicalAddress(address) ?? address))];
}

function memberships(model: Model): Membership[] {
  return model.groups.flatMap((group) => group.members.map((member) => ({ group, member })));
}
