import { canonicalAddress } from "../../../../config-schema/address.ts";
import { normalDirectory } from "../../../../config-schema/directory.ts";
import { type Edit, type Plain, plainAt } from "../../../../config-schema/edit/plain.ts";
import type { Model, Server } from "../../../../config-schema/model.ts";
import { groupOf } from "../../../../config-schema/queries.ts";
import { called, findServer, USUAL_INDEX } from "./cfg-find.ts";
import { type CfgRefusal, type CfgWords, refuse } from "./cfg-words.ts";
import { EXIT } from "../exit-codes.ts";

/** What an action changes in the file, and says. */
export type CfgEdits = { readonly ok: true; readonly edits: readonly Edit[]; readonly told: readonly string[] };

/** The configuration, and the machine that `cfg` runs on. */
export type CfgPlace = {
  readonly model: Model;
  /** The file's content as written. */
  readonly written: Plain;
  /** Where servers listen that name no port. */
  readonly usualPort: number;
  readonly hostname: string;
  /** Its names and addresses. */
  readonly here: ReadonlySet<string>;
};

type NewServer = { readonly server: Server; readonly edits: readonly Edit[]; readonly told: readonly string[] };

/**
 * `cfg -A add`: puts a server into the group of an index. A server that the file does not know yet is named, a group that
 * it does not have yet is made, which needs an export.
 */
export function cfgAdd(place: CfgPlace, words: CfgWords): CfgEdits | CfgRefusal {
  const { model, usualPort } = place;
  const { address, index = USUAL_INDEX } = words;
  if (address === undefined) return refuse(EXIT.usage, "add needs the server's address: -a ADDRESS");
  const known = findServer(model, words, usualPort);
  if (known === undefined && canonicalAddress(address) === undefined)
    return refuse(
      EXIT.usage,
      `'${address}' is no address, and no server of ${model.path}; host names are not looked up`,
    );
  const added = known === undefined ? newServer(place, address, words) : { server: known, edits: [], told: [] };
  const { server, edits, told } = added;
  const other = known === undefined ? model.servers.find(({ name }) => name === server.name) : undefined;
  if (other !== undefined) return refuse(EXIT.usage, `the name ${called(other)} is taken: say another with --name`);
  const group = groupOf(model, index);
  if (group?.members.some((member) => member.server.name === server.name) === true)
    return refuse(EXIT.failed, `${called(server)} is in ${group.name} (index ${index}) already; 'modify' changes it`);
  const member =
    group === undefined ? newGroup(place, words, server.name) : newMember(place, words, group.name, server.name);
  if (!member.ok) return member;
  return {
    ok: true,
    edits: [...edits, ...member.edits],
    told: [...told, ...member.told.map((line) => `${called(server)} ${line}`)],
  };
}

function newServer(place: CfgPlace, address: string, words: CfgWords): NewServer {
  const { usualPort } = place;
  const port = words.port ?? usualPort;
  const { name, host, isMadeUp } = nameOf(place, address, port, words.name);
  const server: Server = { name, host: host ?? name, address, port };
  const value: Plain = { address, ...(port === usualPort ? {} : { port }), ...(host === undefined ? {} : { host }) };
  const hint = `the name ${name} is made up: fserver is started on a host of that name only, or on the one that 'pohmelfs set servers.${name}.host NAME' says`;
  return { server, edits: [{ kind: "set", path: ["servers", name], value }], told: isMadeUp ? [hint] : [] };
}

/** What a server at an address may be called: as the file knows that address, as this machine, or made up. */
function nameOf({ model, here, hostname }: CfgPlace, address: string, port: number, wanted: string | undefined) {
  const isTaken = (name: string): boolean => model.servers.some((server) => server.name === name);
  const [short = hostname] = hostname.split(".", 1);
  const host =
    model.servers.find((server) => canonicalAddress(server.address) === address)?.host ??
    model.clients.find((client) => canonicalAddress(client.address) === address)?.name ??
    (here.has(address) ? short : undefined);
  if (wanted !== undefined) return { name: wanted, host: host === wanted ? undefined : host, isMadeUp: false };
  if (host !== undefined && !isTaken(host)) return { name: host, host: undefined, isMadeUp: false };
  if (host !== undefined) return { name: `${host}-${port}`, host, isMadeUp: false };
  const made = `server-${address.replaceAll(/[.:]/g, "-")}`.replace(/-$/, "-0");
  return { name: isTaken(made) ? `${made}-${port}` : made, host: undefined, isMadeUp: true };
}

function memberValue(
  { priority, permissions }: CfgWords,
  directory: string | undefined,
): { readonly [key: string]: Plain } {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(directory === undefined ? {} : { export: directory }),
  };
}

function newMember(place: CfgPlace, words: CfgWords, group: string, server: string): CfgEdits | CfgRefusal {
  const common = plainAt(place.written, ["groups", group, "export"]);
  if (common === undefined && words.export === undefined)
    return refuse(EXIT.usage, `the members of ${group} have no export in common: say this one's with -r DIR`);
  const isCommon =
    words.export !== undefined &&
    typeof common === "string" &&
    normalDirectory(words.export) === normalDirectory(common);
  const value = memberValue(words, isCommon ? undefined : words.export);
  return {
    ok: true,
    edits: [{ kind: "set", path: ["groups", group, "members", server], value }],
    told: [
      `is in ${group} now, with ${words.export ?? String(common)}`,
      "gets what is written from now on; what the group holds already is not copied to it by this version",
    ],
  };
}

function newGroup({ model }: CfgPlace, words: CfgWords, server: string): CfgEdits | CfgRefusal {
  const { index = USUAL_INDEX, group = `group-${index}`, export: directory } = words;
  if (directory === undefined) {
    const there = model.groups.map((one) => `${one.index} (${one.name})`).join(", ");
    const because = `there is no group with index ${index} yet (there is ${there}); a new one needs the directory that its members export: -r DIR`;
    return refuse(EXIT.usage, because);
  }
  if (model.groups.some(({ name }) => name === group))
    return refuse(EXIT.usage, `the name ${group} is taken: say another with --group`);
  const value = { index, export: directory, members: { [server]: memberValue(words, undefined) } };
  return {
    ok: true,
    edits: [{ kind: "set", path: ["groups", group], value }],
    told: [`is in the new group ${group} (index ${index}), with ${directory}`],
  };
}
