import type { Diagnostic } from "../../../config-schema/diagnostic.ts";
import { type Group, type Model, PERMISSION_NUMBER, type Permissions } from "../../../config-schema/model.ts";
import type { CacheReport, MountReport, ServerReport } from "../../core/report.ts";
import { cacheProblems } from "./cache-text.ts";

/** What asking a server gave. `unknown` is a state of its own: the fault may be on our side. */
export type Answer =
  | { readonly kind: "up"; readonly report: ServerReport }
  | { readonly kind: "down"; readonly because: string }
  | { readonly kind: "unknown"; readonly because: string };

/** A mount of this machine. `dead`: its daemon is gone. `silent`: it is there and does not answer. */
export type FoundMount = {
  readonly state: { readonly at: string; readonly group: string; readonly index: number; readonly pid: number };
  /** First column of the table of mounts. */
  readonly device: string;
} & (
  | { readonly kind: "alive"; readonly report: MountReport }
  | { readonly kind: "silent" | "dead"; readonly report: undefined }
);

export type MemberStatus = {
  readonly server: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly export: string;
  readonly state: Answer["kind"];
  /** It answers, and serves this group. */
  readonly active: boolean;
  readonly priority: number;
  readonly permissions: 1 | 2 | 3;
  readonly permissionsWord: Permissions;
  /** It grants the group's leases. */
  readonly lead: boolean;
  readonly bytesFree: number | null;
  readonly bytesTotal: number | null;
  /** Version of its software. */
  readonly version: string | null;
  readonly objects: number | null;
  /** Clients that have a session. */
  readonly sessions: number | null;
  /** Its configuration is another than ours. */
  readonly otherConfiguration: boolean;
  /** What is not as it should be; empty when all is well. */
  readonly because: string;
};

/** A server that holds nothing of the group. It has no vote in this version, so nothing depends on it. */
export type WitnessStatus = {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly state: Answer["kind"];
  /** It answers, and knows that it is a witness of this group. */
  readonly active: boolean;
  readonly because: string;
};

export type GroupStatus = {
  readonly group: string;
  readonly index: number;
  readonly members: readonly MemberStatus[];
  readonly witnesses: readonly WitnessStatus[];
};

export type MountStatus = {
  readonly group: string;
  readonly index: number;
  readonly at: string;
  readonly pid: number;
  readonly state: FoundMount["kind"];
  readonly requests: number | null;
  readonly unsent: number | null;
  /** What it keeps at hand; null where its daemon does not tell. */
  readonly cache: CacheReport | null;
  /** Why writes do not go on, or what else is wrong; empty when all is well. */
  readonly because: string;
};

/**
 * How the file stands to what runs on this machine. `wrong`: it has errors, and the last good copy is what is shown and
 * what the next boot uses. `changed`: it is right, and something that runs has not read it as it is.
 */
export type FileState =
  | { readonly state: "in use" }
  | { readonly state: "changed" }
  | {
      readonly state: "wrong";
      /** The copy. */
      readonly used: string;
      readonly diagnostics: readonly Diagnostic[];
    };

/** `pohmelfs status --json`; `version` is raised when a field changes its meaning or goes. */
export type Status = {
  readonly version: 1;
  readonly config: string;
  readonly file: FileState;
  readonly groups: readonly GroupStatus[];
  readonly mounts: readonly MountStatus[];
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function memberStatus(model: Model, group: Group, member: Group["members"][number], answer: Answer): MemberStatus {
  const report = answer.kind === "up" ? answer.report : undefined;
  const own = report?.members.find(({ index }) => index === group.index);
  const other = report !== undefined && report.configHash !== hex(model.hash);
  const problems: string[] = [];
  if (answer.kind !== "up") problems.push(answer.because);
  else if (own === undefined) problems.push("it answers, but does not serve this group");
  if (other)
    problems.push(
      report.configHash === "" ? "it runs without a configuration" : "its configuration differs from this one",
    );
  return {
    server: member.server.name,
    host: member.server.host,
    address: member.server.address,
    port: member.server.port,
    export: member.export,
    state: answer.kind,
    active: own !== undefined,
    priority: member.priority,
    permissions: PERMISSION_NUMBER[member.permissions],
    permissionsWord: member.permissions,
    lead: own?.lead ?? false,
    bytesFree: own?.bytesFree ?? null,
    bytesTotal: own?.bytesTotal ?? null,
    version: report?.software ?? null,
    objects: own?.objects ?? null,
    sessions: own?.sessions.length ?? null,
    otherConfiguration: other,
    because: problems.join("; "),
  };
}

function witnessStatus({ servers }: Model, { index }: Group, name: string, answer: Answer): WitnessStatus {
  const server = servers.find((one) => one.name === name);
  const active = answer.kind === "up" && answer.report.witnessOf.some((group) => group.index === index);
  const because = active ? "" : answer.kind === "up" ? "it answers, but is no witness of this group" : answer.because;
  return { server: name, address: server?.address ?? "", port: server?.port ?? 0, state: answer.kind, active, because };
}

function mountStatus({ state, kind, report }: FoundMount): MountStatus {
  const because = {
    dead: `its daemon is gone; 'umount ${state.at}', then mount again`,
    silent: "its daemon does not answer",
    alive: [report?.stopped ?? "", ...cacheProblems(report?.cache)].filter((text) => text !== "").join("; "),
  };
  return {
    group: state.group,
    index: state.index,
    at: state.at,
    pid: state.pid,
    state: kind,
    requests: report?.requests ?? null,
    unsent: report?.unsent ?? null,
    cache: report?.cache ?? null,
    because: because[kind],
  };
}

/**
 * Puts together what `pohmelfs status` tells.
 *
 * @param model Of the file, or of its last good copy; its path is that of the file.
 * @param answers By server name; one that was not asked is unknown.
 */
export function makeStatus(
  model: Model,
  answers: ReadonlyMap<string, Answer>,
  mounts: readonly FoundMount[],
  file: FileState = { state: "in use" },
): Status {
  const answerOf = (server: string): Answer => answers.get(server) ?? { kind: "unknown", because: "it was not asked" };
  const groups = model.groups.map((group) => ({
    group: group.name,
    index: group.index,
    members: group.members.map((member) => memberStatus(model, group, member, answerOf(member.server.name))),
    witnesses: group.witnesses.map((server) => witnessStatus(model, group, server, answerOf(server))),
  }));
  return { version: 1, config: model.path, file, groups, mounts: mounts.map(mountStatus) };
}

/** Whether all members are active, all mounts work, and the file has no errors. */
export const isHealthy = ({ file, groups, mounts }: Status): boolean =>
  file.state !== "wrong" &&
  groups.every(({ members }) => members.every(({ active }) => active)) &&
  mounts.every(({ state, because }) => state === "alive" && because === "");
