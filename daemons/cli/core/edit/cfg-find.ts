import { canonicalAddress } from "../../../../config-schema/address.ts";
import { didYouMean } from "../../../../config-schema/did-you-mean.ts";
import type { Group, Model, Server } from "../../../../config-schema/model.ts";
import { groupOf } from "../../../../config-schema/queries.ts";
import { type CfgRefusal, type CfgWords, refuse } from "./cfg-words.ts";
import { EXIT } from "../exit-codes.ts";

/** The original's `cfg` took index 1 when none was said. */
export const USUAL_INDEX = 1;

/** How a server is called in messages: `host-75 (192.0.2.75:1025)`. */
export const called = ({ name, address, port }: Server): string =>
  `${name} (${address.includes(":") ? `[${address}]` : address}:${port})`;

/** The server that an address and a port mean; without a port, the one at that address, or the one at the usual port. */
export function findServer(model: Model, { address, port }: CfgWords, usualPort: number): Server | undefined {
  const at = model.servers.filter((server) => server.name === address || canonicalAddress(server.address) === address);
  if (port !== undefined) return at.find((server) => server.port === port);
  return at.length === 1 ? at[0] : at.find((server) => server.port === usualPort);
}

export function findGroup(model: Model, { index = USUAL_INDEX }: CfgWords): Group | CfgRefusal {
  const group = groupOf(model, index);
  if (group !== undefined) return group;
  const there = model.groups.map(({ name, index: number }) => `${number} (${name})`).join(", ");
  return refuse(EXIT.nothingThere, `${model.path} has no group with index ${index}; there is ${there}`);
}

/** Why no member is meant. */
export function noMember(model: Model, group: Group, words: CfgWords, usualPort: number): CfgRefusal {
  const { address = "", port } = words;
  const known = findServer(model, words, usualPort);
  const place = `${group.name} (index ${group.index})`;
  if (known !== undefined) return refuse(EXIT.nothingThere, `${called(known)} is not in ${place}`);
  const other = model.servers.filter(
    (server) => canonicalAddress(server.address) === address || server.name === address,
  );
  if (other.length > 0) {
    const ports = other.map((server) => server.port).join(", ");
    return refuse(
      EXIT.nothingThere,
      `at ${address} there is port ${ports}${port === undefined ? "; say which with -p" : `, not ${port}`}`,
    );
  }
  const members = group.members.map(({ server }) => server);
  const like = didYouMean(address, [...members.map((one) => one.address), ...members.map(({ name }) => name)]);
  const hint = like === undefined ? `; there is ${members.map(called).join(", ")}` : `; did you mean '${like}'?`;
  return refuse(EXIT.nothingThere, `no server ${address} is in ${place}${hint}`);
}
