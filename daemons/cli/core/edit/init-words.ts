import { canonicalAddress } from "../../../../config-schema/address.ts";

/** What `pohmelfs init` was told, as typed. */
export type InitWords = {
  readonly servers: readonly string[];
  readonly witnesses: readonly string[];
  readonly clients: readonly string[];
  readonly mounts: readonly string[];
  readonly group: string | undefined;
  readonly index: string | undefined;
  readonly export: string | undefined;
};

/** A host of the file to be; without an address, that has to be looked up. */
export type InitHost = { readonly name: string; readonly address: string | undefined; readonly port?: number };

export type InitPlan = {
  /** In the order of their priorities. */
  readonly servers: readonly InitHost[];
  readonly witnesses: readonly InitHost[];
  readonly clients: readonly InitHost[];
  /** Directory → hosts. */
  readonly mounts: ReadonlyMap<string, readonly string[]>;
  readonly group: string;
  readonly index: number;
  readonly export: string;
};

export type InitRead =
  | { readonly ok: true; readonly plan: InitPlan }
  | { readonly ok: false; readonly because: string };

const no = (because: string): InitRead => ({ ok: false, because });

/** Reads the words; hosts that only mounts name become clients. */
export function readInitWords(words: InitWords): InitRead {
  const wrong: string[] = [];
  const hosts = (option: string, texts: readonly string[], hasPort: boolean): InitHost[] =>
    texts.flatMap((text) => {
      const host = readHost(text, hasPort);
      if (host === undefined) wrong.push(`${option} is NAME=ADDRESS${hasPort ? "[:PORT]" : ""}, not '${text}'`);
      return host ?? [];
    });
  const servers = hosts("--server", words.servers, true);
  const witnesses = hosts("--witness", words.witnesses, true);
  const clients = hosts("--client", words.clients, false);
  const mounts = words.mounts.flatMap((text) => {
    const mount = readMount(text);
    if (mount === undefined) wrong.push(`--mount is HOST:/DIR or HOST=ADDRESS:/DIR, not '${text}'`);
    return mount ?? [];
  });
  const { index = "1" } = words;
  if (!/^[0-9]{1,10}$/.test(index)) wrong.push(`--index is a number, not '${index}'`);
  if (wrong[0] !== undefined) return no(wrong[0]);
  if (servers.length === 0) return no("at least one --server NAME=ADDRESS is needed");
  const group = words.group ?? groupName(mounts[0]?.at ?? words.export ?? "");
  const merged = mergeHosts({ servers, witnesses, clients, mounts });
  const at = new Map<string, readonly string[]>();
  for (const mount of mounts) at.set(mount.at, [...new Set([...(at.get(mount.at) ?? []), mount.host.name])]);
  return {
    ok: true,
    plan: { ...merged, mounts: at, group, index: Number(index), export: words.export ?? `/srv/pohmelfs/${group}` },
  };
}

type Mount = { readonly host: InitHost; readonly at: string };
type Named = { readonly servers: InitHost[]; readonly witnesses: InitHost[]; readonly clients: InitHost[] };

/** One entry for each host: a witness that is named as a client too is a server only; a mount's host that is new, a client. */
function mergeHosts({ servers, witnesses, clients, mounts }: Named & { readonly mounts: readonly Mount[] }): Named {
  const addressOf = (name: string): string | undefined =>
    [...clients, ...mounts.map(({ host }) => host)].find((one) => one.name === name && one.address !== undefined)
      ?.address;
  const filled = (all: readonly InitHost[]): InitHost[] =>
    all.map((host) => ({ ...host, address: host.address ?? addressOf(host.name) }));
  const known = new Set([...servers, ...witnesses].map(({ name }) => name));
  const mounting = [...clients, ...mounts.map(({ host }) => host)].filter(({ name }) => {
    const isNew = !known.has(name);
    known.add(name);
    return isNew;
  });
  return { servers: filled(servers), witnesses: filled(witnesses), clients: filled(mounting) };
}

function readHost(text: string, hasPort: boolean): InitHost | undefined {
  const [name = "", ...rest] = text.split("=");
  if (name === "" || rest.length > 1) return undefined;
  const [place] = rest;
  if (place === undefined) return { name, address: undefined };
  if (canonicalAddress(place) !== undefined) return { name, address: place };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::([0-9]{1,5}))?$/.exec(place) ?? [];
  const address = bracketed ?? plain ?? "";
  if (canonicalAddress(address) === undefined || (port !== undefined && !hasPort)) return undefined;
  return port === undefined ? { name, address } : { name, address, port: Number(port) };
}

function readMount(text: string): Mount | undefined {
  const at = text.indexOf(":/");
  const host = at < 0 ? undefined : readHost(text.slice(0, at), false);
  return host === undefined ? undefined : { host, at: text.slice(at + 1) };
}

/** The last part of a directory, when it can name a group. */
function groupName(directory: string): string {
  const last = directory.split("/").findLast((part) => part !== "") ?? "";
  return /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/.test(last) ? last : "data";
}
