import { COLUMNS, wrap } from "../../core/wrap.ts";
import { cacheText } from "./cache-text.ts";
import { endpoint } from "./mountstats.ts";
import { bytesText } from "../../core/quantity.ts";
import type { GroupStatus, MemberStatus, MountStatus, Status, WitnessStatus } from "./status.ts";
import { table } from "./table.ts";

/** Where something is not known. */
const NOT_KNOWN = "?";

const number = (value: number | null): string => (value === null ? NOT_KNOWN : String(value));

function memberRow(member: MemberStatus): readonly string[] {
  return [
    member.server,
    endpoint(member.address, member.port),
    member.active ? "yes" : member.state === "unknown" ? "unknown" : "no",
    String(member.priority),
    member.permissionsWord,
    member.bytesFree === null ? NOT_KNOWN : bytesText(member.bytesFree),
    member.lead ? "lead" : "",
  ];
}

const MEMBER_HEADER = ["member", "address:port", "active", "priority", "permissions", "free", ""];

/** Sentences have no column: they stand below the table, and fit a terminal. */
function notes(about: readonly (readonly [who: string, text: string])[]): string {
  const told = about.filter(([, text]) => text !== "");
  return told
    .flatMap(([who, text]) =>
      wrap(`${who}: ${text}`, COLUMNS - 4).map((line, at) => `${at === 0 ? "  " : "    "}${line}\n`),
    )
    .join("");
}

/** The versions of the members' software, when they differ: as they should only while hosts are being upgraded. */
function versionNotes(members: readonly MemberStatus[]): readonly (readonly [string, string])[] {
  const known = members.filter(({ version }) => version !== null);
  if (new Set(known.map(({ version }) => version)).size < 2) return [];
  return known.map(({ server, version }) => [server, `it runs pohmelfs ${version}`]);
}

/** Honest: nobody votes yet. */
const witnessNotes = (witnesses: readonly WitnessStatus[]): readonly (readonly [string, string])[] =>
  witnesses.map(({ server, address, port, active, because }) => [
    server,
    `witness at ${endpoint(address, port)}, ${active ? "reachable" : because}; it has no vote in this version`,
  ]);

function groupText({ group, index, members, witnesses }: GroupStatus): string {
  const rows = [MEMBER_HEADER, ...members.map(memberRow)];
  const about = [
    ...members.map(({ server, because }) => [server, because] as const),
    ...versionNotes(members),
    ...witnessNotes(witnesses),
  ];
  return `Group ${group}, index ${index}\n${table(rows, new Set([3, 5]))}${notes(about)}`;
}

const MOUNT_HEADER = ["at", "group", "pid", "active", "requests", "unsent"];

function mountsText(mounts: readonly MountStatus[]): string {
  if (mounts.length === 0) return "No mounts on this machine.\n";
  const rows = mounts.map(({ at, group, index, pid, state, requests, unsent }) => [
    at,
    `${group} (${index})`,
    String(pid),
    state === "alive" ? "yes" : "no",
    number(requests),
    number(unsent),
  ]);
  const about = mounts.flatMap(({ at, because, cache }) => [
    [at, cache === null ? "" : cacheText(cache)] as const,
    [at, because] as const,
  ]);
  return `Mounts on this machine\n${table([MOUNT_HEADER, ...rows], new Set([2, 4, 5]))}${notes(about)}`;
}

/** What comes first, since all else is about another file than one may think. */
function fileText({ config, file }: Status): readonly string[] {
  if (file.state === "in use") return [];
  if (file.state === "changed")
    return [`${config} has changes that are not applied on this host: 'pohmelfs plan' shows them.\n`];
  const count = file.diagnostics.length === 1 ? "an error" : `${file.diagnostics.length} errors`;
  const text = `${config} has ${count}, and nothing reads it as it is. What runs goes on; the last good copy of it is what the next boot uses, and what follows is about: ${file.used}`;
  return [`${wrap(text, COLUMNS).join("\n")}\n`];
}

/** `pohmelfs status` for people. */
export function statusText(status: Status): string {
  const { config, groups, mounts } = status;
  const parts = [...fileText(status), ...groups.map(groupText), mountsText(mounts)];
  return `${parts.join("\n")}\nConfiguration: ${config}\n`;
}
