import type { Edit } from "../../../../config-schema/edit/plain.ts";
import type { Group, Member } from "../../../../config-schema/model.ts";
import { groupOf } from "../../../../config-schema/queries.ts";
import type { CfgEdits, CfgPlace } from "./cfg-add.ts";
import { called, findGroup, findServer, noMember } from "./cfg-find.ts";
import { type CfgRefusal, type CfgWords, refuse } from "./cfg-words.ts";
import { EXIT } from "../exit-codes.ts";

/** In `cfg -A flush` of the original: all groups. */
const ALL_GROUPS = 65_535;

type Found = { readonly ok: true; readonly group: Group; readonly member: Member };

function memberFor(action: string, { model, usualPort }: CfgPlace, words: CfgWords): Found | CfgRefusal {
  if (words.address === undefined) return refuse(EXIT.usage, `${action} needs the server's address: -a ADDRESS`);
  const group = findGroup(model, words);
  if ("ok" in group) return group;
  const server = findServer({ ...model, servers: group.members.map((one) => one.server) }, words, usualPort);
  const member = group.members.find((one) => one.server === server);
  return member === undefined ? noMember(model, group, words, usualPort) : { ok: true, group, member };
}

/** `cfg -A del`: takes a server out of a group. It stays among the servers, so that `add` finds it by its address. */
export function cfgDel(place: CfgPlace, words: CfgWords): CfgEdits | CfgRefusal {
  const found = memberFor("del", place, words);
  if (!found.ok) return found;
  const { group, member } = found;
  const { server } = member;
  if (group.members.length === 1) {
    const because = `${called(server)} is the last member of ${group.name}; 'cfg -A flush -i ${group.index}' takes the group out`;
    return refuse(EXIT.failed, because);
  }
  return {
    ok: true,
    edits: [{ kind: "remove", path: ["groups", group.name, "members", server.name] }],
    told: [`${called(server)} is out of ${group.name}; its files in ${member.export} stay`],
  };
}

/** `cfg -A modify`: changes priority, permissions, or both. */
export function cfgModify(place: CfgPlace, words: CfgWords): CfgEdits | CfgRefusal {
  const { priority, permissions } = words;
  if (priority === undefined && permissions === undefined)
    return refuse(EXIT.usage, "modify changes the priority (-P), the permissions (-I), or both: say which");
  const found = memberFor("modify", place, words);
  if (!found.ok) return found;
  const { group, member } = found;
  const path = ["groups", group.name, "members", member.server.name];
  const edits: Edit[] = [
    ...(priority === undefined ? [] : [{ kind: "set", path: [...path, "priority"], value: priority } as const]),
    ...(permissions === undefined
      ? []
      : [{ kind: "set", path: [...path, "permissions"], value: permissions } as const]),
  ];
  const now = [
    ...(priority === undefined ? [] : [`priority ${priority}`]),
    ...((permissions ?? "") ? [permissions] : []),
  ];
  return { ok: true, edits, told: [`${called(member.server)} has ${now.join(" and ")} in ${group.name} now`] };
}

/** `cfg -A flush`: takes a group out, with its mounts. */
export function cfgFlush({ model }: CfgPlace, words: CfgWords): CfgEdits | CfgRefusal {
  const { index } = words;
  if (index === undefined) return refuse(EXIT.usage, "flush takes a whole group out: say which with -i INDEX");
  const isAll = index === ALL_GROUPS && groupOf(model, index) === undefined;
  const only = isAll ? undefined : findGroup(model, words);
  if (only !== undefined && "ok" in only) return only;
  if (only === undefined || model.groups.length === 1) {
    const what = only === undefined ? "these are all groups" : `${only.name} is the only group`;
    return refuse(EXIT.failed, `${what}; to stop all, remove ${model.path} and run 'pohmelfs apply'`);
  }
  const mounts = model.mounts.flatMap(({ group, at }, i) => (group === only.name ? [{ i, at }] : []));
  const gone =
    mounts.length === 0
      ? ""
      : `, and so ${mounts.length === 1 ? "is its mount" : "are its mounts"} at ${mounts.map(({ at }) => at).join(", ")}`;
  return {
    ok: true,
    edits: [
      // From the last, so that those before keep their numbers.
      ...mounts.reverse().map(({ i }): Edit => ({ kind: "remove", path: ["mounts", i] })),
      { kind: "remove", path: ["groups", only.name] },
    ],
    told: [`${only.name} (index ${index}) is taken out${gone}; the files in its exports stay`],
  };
}
