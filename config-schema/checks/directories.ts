import { liesWithin, normalDirectory } from "../directory.ts";
import type { Path } from "../tree.ts";
import type { DirectoryFact, ExportFact, Facts, Found } from "./facts.ts";

/** On each host, exports and mounts keep out of each other's way. */
export function checkDirectories(facts: Facts): Found[] {
  return [
    ...written(facts).flatMap(unusable),
    ...clashingExports(facts),
    ...mountsAndExports(facts),
    ...sameMounts(facts),
  ];
}

/** Every directory of the file, once, as it is written. */
function written({ draft }: Facts): { directory: string; path: Path }[] {
  const groups = Object.entries(draft.groups ?? {}).flatMap(([name, group]) => [
    { directory: group?.export, path: ["groups", name, "export"] },
    ...Object.entries(group?.members ?? {}).map(([server, member]) => {
      return { directory: member?.export, path: ["groups", name, "members", server, "export"] };
    }),
  ]);
  const mounts = (draft.mounts ?? []).map((mount, i) => ({ directory: mount?.at, path: ["mounts", i, "at"] }));
  return [...groups, ...mounts].flatMap(({ directory, path }) =>
    directory === undefined ? [] : [{ directory, path }],
  );
}

function unusable({ directory, path }: { directory: string; path: Path }): Found[] {
  const found = (message: string): Found[] => [{ code: "bad-directory", path, show: "value", message }];
  const parts = directory.split("/");
  if (parts.includes("..")) return found(`'${directory}' goes back up with '..': write the way down to it`);
  if (normalDirectory(directory) === "/") return found("the root directory can be neither exported nor mounted over");
  if (parts.includes(".pohmelfs")) return found("'.pohmelfs' is where servers keep their own files");
  // PATH_MAX and NAME_MAX of linux/limits.h; lengths are in bytes there.
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(directory) >= 4096 || parts.some((part) => bytes(part) > 255))
    return found("the path is too long for Linux");
  return [];
}

function clashingExports({ exports }: Facts): Found[] {
  // Sorted by host and path, what lies within a directory follows it at once. No host has a slash in its name.
  const sorted = exports
    .map((fact, order) => ({ fact, order, key: `${fact.host}${fact.directory}/` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.order - b.order));
  let outer = sorted[0];
  return sorted.slice(1).flatMap((one): Found[] => {
    if (outer === undefined || !one.key.startsWith(outer.key)) {
      outer = one;
      return [];
    }
    const [before, after] = outer.order < one.order ? [outer.fact, one.fact] : [one.fact, outer.fact];
    return [before.directory === after.directory ? sameExport(before, after) : nestedExport(before, after)];
  });
}

function sameExport(before: ExportFact, after: ExportFact): Found {
  const { directory, host, path, group } = after;
  const message = `${directory} on '${host}' is the export of '${before.server}' in '${before.group}' and of '${after.server}' in '${group}'`;
  const hint = group === before.group ? "give each of the two members an 'export' of its own" : undefined;
  return { code: "same-export", path, show: "value", message, hint, other: before.path };
}

function nestedExport(before: ExportFact, after: ExportFact): Found {
  const [inner, outer] = liesWithin(after.directory, before.directory) ? [after, before] : [before, after];
  const message = `on '${after.host}', the export ${inner.directory} lies within the export ${outer.directory}`;
  return { code: "nested-export", path: after.path, show: "value", message, other: before.path };
}

function mountsAndExports({ mounts, exports }: Facts): Found[] {
  const exportsOn = new Map<string, ExportFact[]>();
  for (const one of exports) exportsOn.set(one.host, [...(exportsOn.get(one.host) ?? []), one]);
  return mounts.flatMap(({ host, path, directory }): Found[] => {
    const around = exportsOn.get(host)?.find((one) => liesWithin(directory, one.directory));
    const beneath = exportsOn.get(host)?.find((one) => liesWithin(one.directory, directory));
    const other = around ?? beneath;
    if (other === undefined) return [];
    const what = `an export of '${host}' itself`;
    const message =
      other.directory === directory
        ? `${directory} is ${what}`
        : around === undefined
          ? `the mount would hide ${other.directory}, ${what}`
          : `${directory} lies within ${other.directory}, ${what}`;
    const hint = "mount it elsewhere on this host, or take the host out of 'on'";
    return [{ code: "mount-over-export", path, show: "value", message, hint, other: other.path }];
  });
}

function sameMounts({ mounts }: Facts): Found[] {
  const firsts = new Map<string, DirectoryFact>();
  return mounts.flatMap((mount): Found[] => {
    // No host has a slash in its name.
    const key = `${mount.host}${mount.directory}`;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, mount);
      return [];
    }
    const message = `there is another mount at ${mount.directory} on '${mount.host}'`;
    return [{ code: "same-mount", path: mount.path, show: "value", message, other: first.path }];
  });
}
