import { endpoint } from "./mountstats.ts";
import { bytesText } from "./quantity.ts";
import type { GroupStatus, MemberStatus, MountStatus, Status } from "./status.ts";
import { table } from "./table.ts";

/** Where something is not known. */
const NOT_KNOWN = "?";

const number = (value: number | null): string => (value === null ? NOT_KNOWN : String(value));

function memberRow(member: MemberStatus): readonly string[] {
  const size = (value: number | null): string => (value === null ? NOT_KNOWN : bytesText(value));
  return [
    member.server,
    endpoint(member.address, member.port),
    member.active ? "yes" : member.state === "unknown" ? "unknown" : "no",
    String(member.priority),
    `${member.permissionsWord} (${member.permissions})`,
    size(member.bytesFree),
    member.version ?? NOT_KNOWN,
    [...(member.lead ? ["lead"] : []), ...(member.because === "" ? [] : [member.because])].join("; "),
  ];
}

const MEMBER_HEADER = ["member", "address:port", "active", "priority", "permissions", "free", "version", ""];

function groupText({ group, index, members }: GroupStatus): string {
  return `Group ${group}, index ${index}\n${table([MEMBER_HEADER, ...members.map(memberRow)], new Set([3, 5]))}`;
}

function mountsText(mounts: readonly MountStatus[]): string {
  if (mounts.length === 0) return "No mounts on this machine.\n";
  const rows = mounts.map(({ at, group, index, pid, state, requests, unsent, because }) => [
    at,
    `${group} (${index})`,
    String(pid),
    state === "alive" ? "yes" : "no",
    number(requests),
    number(unsent),
    because,
  ]);
  return `Mounts on this machine\n${table([["at", "group", "pid", "active", "requests", "unsent", ""], ...rows], new Set([2, 4, 5]))}`;
}

/** `pohmelfs status` for people. */
export function statusText({ config, groups, mounts }: Status): string {
  const parts = [...groups.map(groupText), mountsText(mounts)];
  return `${parts.join("\n")}\nConfiguration: ${config}\n`;
}
