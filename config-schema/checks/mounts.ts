import { didYouMean } from "../did-you-mean.ts";
import type { Facts, Found } from "./facts.ts";

/** Mounts are of groups and on hosts that the file knows. */
export function checkMounts(facts: Facts): Found[] {
  return [...unknownGroups(facts), ...unknownHosts(facts), ...idleClients(facts)];
}

function unknownGroups({ draft, groups }: Facts): Found[] {
  if (draft.groups === undefined) return [];
  const names = groups.map(({ name }) => name);
  return (draft.mounts ?? []).flatMap((mount, i): Found[] => {
    const group = mount?.group;
    if (group === undefined || names.includes(group)) return [];
    const like = didYouMean(group, names);
    const hint =
      like === undefined ? `there is ${names.map((name) => `'${name}'`).join(", ")}` : `did you mean '${like}'?`;
    return [
      { code: "unknown-group", path: ["mounts", i, "group"], show: "value", message: `'${group}' is no group`, hint },
    ];
  });
}

function unknownHosts({ draft, servers, clients }: Facts): Found[] {
  if (draft.servers === undefined) return [];
  const hosts = new Set([...servers.map(({ host }) => host), ...clients.map(({ name }) => name)]);
  return (draft.mounts ?? []).flatMap((mount, i) =>
    (mount?.on ?? []).flatMap((host, j): Found[] => {
      if (host === undefined || hosts.has(host)) return [];
      const server = servers.find(({ name }) => name === host);
      const like = didYouMean(host, [...hosts]);
      const otherwise = "name it under 'clients', with its address";
      const hint =
        server !== undefined
          ? `the server of this name runs on host '${server.host}'`
          : like === undefined
            ? otherwise
            : `did you mean '${like}'?`;
      const message = `'${host}' is no host of this file`;
      return [{ code: "unknown-host", path: ["mounts", i, "on", j], show: "value", message, hint }];
    }),
  );
}

/** A client entry that says what a server's says. With another address it is of use: a host may have several. */
function idleClients({ servers, clients }: Facts): Found[] {
  return clients.flatMap(({ name, address, path }): Found[] => {
    const server = servers.find((candidate) => {
      return candidate.host === name && address !== undefined && candidate.address?.canonical === address.canonical;
    });
    if (server === undefined) return [];
    const message = `'${name}' is the host of a server with this address, and may mount without being named here`;
    return [{ code: "idle-client", severity: "warning", path, show: "key", message, other: server.path }];
  });
}
