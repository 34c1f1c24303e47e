import { liesWithin } from "../../../config-schema/directory.ts";
import type { Member, Model } from "../../../config-schema/model.ts";

/**
 * A mount over an export of the same machine would make its server serve the mount: each request would ask for another.
 *
 * @param at Where the mount is to be: absolute, without symbolic links.
 * @param here Host name and addresses of this machine.
 * @returns The member whose export is at, above or below that place, if its server runs here.
 */
export function exportInTheWay(model: Model, at: string, here: ReadonlySet<string>): Member | undefined {
  return model.groups
    .flatMap((group) => group.members)
    .filter(({ server }) => here.has(server.host) || here.has(server.address))
    .find((member) => liesWithin(at, member.export) || liesWithin(member.export, at));
}
