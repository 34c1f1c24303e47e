import { canonicalAddress } from "../address.ts";
import { DEFAULTS } from "../defaults.ts";
import type { Finding } from "../diagnostic.ts";
import { normalDirectory } from "../directory.ts";
import type { Draft } from "../draft.ts";
import type { Permissions } from "../model.ts";
import type { Path } from "../tree.ts";

/** What a check has found. */
export type Found = Finding & {
  readonly path: Path;
  /** Whether it is the key under which the path's value stands, or the value, that is shown. */
  readonly show: "key" | "value";
  /** The other party of a clash; its line is added to the hint. */
  readonly other?: Path;
};

export type AddressFact = { readonly written: string; readonly canonical: string | undefined; readonly path: Path };
export type ServerFact = {
  readonly name: string;
  readonly host: string;
  readonly address: AddressFact | undefined;
  readonly port: number | undefined;
  readonly path: Path;
};
export type MemberFact = {
  readonly server: string;
  /** Undefined when what is written is none. */
  readonly permissions: Permissions | undefined;
  readonly path: Path;
};
export type GroupFact = {
  readonly name: string;
  readonly index: number | undefined;
  readonly members: readonly MemberFact[];
  readonly witnesses: readonly { readonly server: string; readonly path: Path }[];
  readonly path: Path;
};
/** A directory of a host that pohmelfs uses. Directories are normal. */
export type DirectoryFact = { readonly directory: string; readonly host: string; readonly path: Path };
export type ExportFact = DirectoryFact & { readonly group: string; readonly server: string };

/** What the checks look at: the parts of the file that are there and are of the right type. */
export type Facts = {
  readonly draft: Draft;
  readonly servers: readonly ServerFact[];
  readonly clients: readonly {
    readonly name: string;
    readonly address: AddressFact | undefined;
    readonly path: Path;
  }[];
  readonly groups: readonly GroupFact[];
  readonly exports: readonly ExportFact[];
  readonly mounts: readonly DirectoryFact[];
};

export function factsOf(draft: Draft): Facts {
  const servers = Object.entries(draft.servers ?? {}).map(([name, server]): ServerFact => {
    const path = ["servers", name];
    return {
      name,
      host: server?.host ?? name,
      address: addressFact(server?.address, [...path, "address"]),
      port: given(server, "port", given(draft.defaults, "port", DEFAULTS.port)),
      path,
    };
  });
  const clients = Object.entries(draft.clients ?? {}).map(([name, client]) => {
    const path = ["clients", name];
    return { name, address: addressFact(client?.address, [...path, "address"]), path };
  });
  const hostOf = new Map(servers.map(({ name, host }) => [name, host]));
  return {
    draft,
    servers,
    clients,
    groups: groupFacts(draft),
    exports: exportFacts(draft, hostOf),
    mounts: mountFacts(draft),
  };
}

/** What is written under a key (undefined when it is faulty), or else the fallback. */
function given<T extends object, K extends keyof T, F>(of: T | null | undefined, key: K, fallback: F): T[K] | F {
  return of !== undefined && of !== null && key in of ? of[key] : fallback;
}

function addressFact(written: string | undefined, path: Path): AddressFact | undefined {
  return written === undefined ? undefined : { written, canonical: canonicalAddress(written), path };
}

function groupFacts(draft: Draft): GroupFact[] {
  const permissions = given(draft.defaults, "permissions", DEFAULTS.permissions);
  return Object.entries(draft.groups ?? {}).map(([name, group]) => {
    const path = ["groups", name];
    const members = Object.entries(group?.members ?? {}).map(([server, member]) => ({
      server,
      permissions: given(member, "permissions", permissions),
      path: [...path, "members", server],
    }));
    const witnesses = (group?.witnesses ?? []).flatMap((server, i) => {
      return server === undefined ? [] : [{ server, path: [...path, "witnesses", i] }];
    });
    return { name, index: group?.index, members, witnesses, path };
  });
}

function exportFacts(draft: Draft, hostOf: ReadonlyMap<string, string>): ExportFact[] {
  return Object.entries(draft.groups ?? {}).flatMap(([name, group]) =>
    Object.entries(group?.members ?? {}).flatMap(([server, member]) => {
      const host = hostOf.get(server);
      const own = member !== null && member !== undefined && "export" in member;
      const written = own ? member.export : group?.export;
      if (host === undefined || written === undefined) return [];
      const path = own ? ["groups", name, "members", server, "export"] : ["groups", name, "export"];
      return [{ directory: normalDirectory(written), host, path, group: name, server }];
    }),
  );
}

function mountFacts(draft: Draft): DirectoryFact[] {
  return (draft.mounts ?? []).flatMap((mount, i) => {
    const at = mount?.at;
    if (at === undefined) return [];
    // A host that is named twice is told once, by the schema.
    const hosts = new Set((mount?.on ?? []).filter((host) => host !== undefined));
    return [...hosts].map((host) => ({ directory: normalDirectory(at), host, path: ["mounts", i, "at"] }));
  });
}
