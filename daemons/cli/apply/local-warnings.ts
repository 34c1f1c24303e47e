import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import { canonicalAddress } from "../../../config-schema/address.ts";
import type { Server } from "../../../config-schema/model.ts";
import { membershipsOf, mountsOnHost } from "../../../config-schema/queries.ts";
import { liesWithin } from "../../../config-schema/directory.ts";
import type { Facts } from "../../../systemd/core/plan/plan-types.ts";
import { mountedAt, parseMountTable } from "../../core/mount-table.ts";
import { addressDigits, parseListeners, takes } from "../core/apply/listeners.ts";
import { endpoint } from "../core/mountstats.ts";
import type { PlanWarning } from "../core/apply/plan-warning.ts";
import { fstabPlaces } from "./fstab-places.ts";
import { whoHas, usersText } from "./who-uses.ts";
import type { Wish } from "./wish.ts";

/** What only the host itself can tell. Nothing is changed by looking. */
export function localWarnings({ model, host }: Wish, { running }: Facts): PlanWarning[] {
  const servers = model.servers.filter(
    (server) => server.host === host && membershipsOf(model, server.name).length > 0,
  );
  const taken = new Set([...running.values()].flatMap(({ claims = [] }) => claims));
  const mounts = mountsOnHost(model, host);
  return [
    ...servers.flatMap((server) => addressWarnings(server, taken)),
    ...servers.flatMap(({ name }) =>
      membershipsOf(model, name).flatMap(({ group, member }) =>
        exportWarnings(member.export, group.name, group.members.length === 1),
      ),
    ),
    ...mounts.flatMap(({ at }) => mountPointWarnings(at)),
    ...(mounts.length > 0 ? fuseWarnings() : []),
  ];
}

function addressWarnings({ name, address, port }: Server, taken: ReadonlySet<string>): PlanWarning[] {
  const canonical = canonicalAddress(address) ?? address;
  const own = Object.values(networkInterfaces()).flatMap((of) => (of ?? []).map((one) => one.address));
  if (!own.some((one) => canonicalAddress(one) === canonical)) {
    const outer = own.filter((one) => !/^(127\.|::1$|fe80:)/.test(one));
    return [
      {
        code: "address-not-here",
        message: `server '${name}' is to listen at ${address}, which is no address of this host`,
        advice: outer.length === 0 ? "see 'ip address'" : `this host has ${outer.join(", ")}`,
      },
    ];
  }
  if (taken.has(endpoint(address, port))) return [];
  const listener = ["tcp", "tcp6"].flatMap(readListeners).find((one) => takes(one, addressDigits(canonical), port));
  if (listener === undefined) return [];
  const users = whoHas((target) => target === `socket:[${listener.inode}]`);
  return [
    {
      code: "port-taken",
      message: `port ${port} of server '${name}' is taken${users.length === 0 ? "" : ` by ${usersText(users)}`}`,
      advice: "end that program, or give the server another port",
    },
  ];
}

function readListeners(table: string) {
  try {
    return parseListeners(readFileSync(`/proc/net/${table}`, "utf8"));
  } catch {
    return [];
  }
}

function exportWarnings(path: string, group: string, isOnly: boolean): PlanWarning[] {
  const found = statOf(path);
  const there = nearest(path);
  const onRoot: PlanWarning[] =
    statOf(there)?.dev === statOf("/")?.dev
      ? [
          {
            code: "export-on-root",
            message: `export ${path} lies on the root file system: when it is full, so is the system`,
            advice: `have a file system of its own there, and name it in /etc/fstab`,
          },
        ]
      : [];
  if (found === undefined)
    return [
      { code: "export-missing", message: `export ${path} does not exist`, advice: "apply makes it, empty" },
      ...onRoot,
    ];
  const names = listing(path);
  if (names.length === 0 || existsSync(join(path, ".pohmelfs"))) return onRoot;
  const message = `export ${path} has ${counted(names.length)} and was never used by a server`;
  const advice = isOnly
    ? `they become the content of group '${group}', which has no other member`
    : "a member begins empty, so the server will refuse it: move them away, and copy them into the mount later";
  return [{ code: "export-not-empty", message, advice }, ...onRoot];
}

function mountPointWarnings(at: string): PlanWarning[] {
  // Nothing below a mount is touched: its daemon may not answer.
  const table = parseMountTable(readProc("/proc/self/mountinfo"));
  const inFstab: PlanWarning[] = fstabPlaces().includes(at)
    ? [
        {
          code: "in-fstab",
          message: `/etc/fstab has a line for ${at} too`,
          advice: "take one of the two away: which of them counts is left to chance",
        },
      ]
    : [];
  const above = table.filter((one) => one.type.startsWith("fuse") && liesWithin(at, one.at));
  if (mountedAt(table, at) !== undefined || above.length > 0) return inFstab;
  if (statOf(at) === undefined)
    return [
      { code: "mount-point-missing", message: `mount point ${at} does not exist`, advice: "apply makes it" },
      ...inFstab,
    ];
  const names = listing(at);
  if (names.length === 0) return inFstab;
  return [
    {
      code: "mount-point-not-empty",
      message: `mount point ${at} holds ${counted(names.length)}, which nobody sees while the group is mounted`,
      advice: "move them away, or mount elsewhere",
    },
    ...inFstab,
  ];
}

function fuseWarnings(): PlanWarning[] {
  if (existsSync("/dev/fuse")) return [];
  return [
    {
      code: "no-fuse",
      message: "/dev/fuse is missing, and nothing can be mounted without it",
      advice: "'modprobe fuse'; a container must be given the device",
    },
  ];
}

const counted = (count: number): string => (count === 1 ? "one file or folder" : `${count} files and folders`);

/** The path, or the nearest directory above it that exists. */
function nearest(path: string): string {
  return path === "/" || statOf(path) !== undefined ? path : nearest(dirname(path));
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** A new file system has this one of its own. */
const listing = (path: string): string[] => {
  try {
    return readdirSync(path).filter((name) => name !== "lost+found");
  } catch {
    return [];
  }
};

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
