import { didYouMean } from "../did-you-mean.ts";
import type { Facts, Found, GroupFact } from "./facts.ts";

/** Each group has a number and a name of its own, members that are servers and have an export, and someone to lead it. */
export function checkGroups(facts: Facts): Found[] {
  return [
    ...sameIndexes(facts.groups),
    ...facts.groups.flatMap((group) => [
      ...reservedName(group),
      ...strangers(facts, group),
      ...roles(group),
      ...followers(group),
    ]),
    ...missingExports(facts),
    ...idleServers(facts),
  ];
}

function sameIndexes(groups: readonly GroupFact[]): Found[] {
  const firsts = new Map<number, GroupFact>();
  return groups.flatMap((group): Found[] => {
    const { index } = group;
    if (index === undefined) return [];
    const first = firsts.get(index);
    if (first === undefined) {
      firsts.set(index, group);
      return [];
    }
    const message = `'${group.name}' has index ${index}, as has '${first.name}'`;
    let free = 1;
    while (groups.some((other) => other.index === free)) free++;
    const other = [...first.path, "index"];
    return [
      { code: "same-index", path: [...group.path, "index"], show: "value", message, hint: `${free} is free`, other },
    ];
  });
}

function reservedName({ name, path }: GroupFact): Found[] {
  if (name !== "none") return [];
  const message = "'none' cannot be a group's name: 'mount -t pohmelfs none DIR -o idx=N' means any";
  return [{ code: "reserved-name", path, show: "key", message }];
}

function strangers({ draft, servers }: Facts, { members, witnesses }: GroupFact): Found[] {
  // Where servers are missing altogether, or are no map, that has been told.
  if (draft.servers === undefined) return [];
  const names = servers.map(({ name }) => name);
  const known = new Set(names);
  return [
    ...members.map((member) => ({ ...member, show: "key" as const })),
    ...witnesses.map((witness) => ({ ...witness, show: "value" as const })),
  ]
    .filter(({ server }) => !known.has(server))
    .map(({ server, path, show }): Found => {
      const like = didYouMean(server, names);
      const hint = like === undefined ? "name it under 'servers', with its address" : `did you mean '${like}'?`;
      return { code: "unknown-server", path, show, message: `'${server}' is no server`, hint };
    });
}

function roles({ name, members, witnesses, path }: GroupFact): Found[] {
  const found: Found[] = witnesses
    .filter(({ server }) => members.some((member) => member.server === server))
    .map((witness) => {
      const message = `'${witness.server}' is a member of '${name}', and members vote anyway`;
      return { code: "witness-is-member", path: witness.path, show: "value", message };
    });
  const permissions = members.map((member) => member.permissions);
  if (members.length === 0 || permissions.includes("read-write") || permissions.includes(undefined)) return found;
  const hint = "give at least one member 'permissions: read-write'";
  const message = permissions.includes("write-only")
    ? `no member of '${name}' is read-write, so none can lead it`
    : `nobody may write to '${name}': all its members are read-only`;
  return [...found, { code: "no-lead", path: [...path, "members"], show: "key", message, hint }];
}

/** Honest until servers feed them. */
function followers({ members }: GroupFact): Found[] {
  return members
    .filter(({ permissions }) => permissions === "read-only")
    .map(({ server, path }) => {
      const message = `'${server}' is read-only: servers do not feed such members yet, so it gets no writes and is not read`;
      return { code: "not-fed", severity: "warning", path, show: "key", message };
    });
}

function missingExports({ draft }: Facts): Found[] {
  return Object.entries(draft.groups ?? {}).flatMap(([name, group]) => {
    if (group === undefined || "export" in group) return [];
    return Object.entries(group.members ?? {})
      .filter(([, member]) => member === null || (member !== undefined && !("export" in member)))
      .map(([server]): Found => {
        const message = `'${server}' has no export in '${name}'`;
        const hint = `add 'export: DIRECTORY' to the group, or to the member`;
        return { code: "no-export", path: ["groups", name, "members", server], show: "key", message, hint };
      });
  });
}

function idleServers({ draft, servers, groups }: Facts): Found[] {
  if (draft.groups === undefined) return [];
  const named = new Set(
    groups.flatMap(({ members, witnesses }) => [...members, ...witnesses].map(({ server }) => server)),
  );
  return servers
    .filter(({ name }) => !named.has(name))
    .map(({ name, path }) => {
      const message = `'${name}' is in no group, so it has nothing to do`;
      return { code: "idle-server", severity: "warning", path, show: "key", message };
    });
}
