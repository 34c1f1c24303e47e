import { readFileSync } from "node:fs";
import type { Effect, MountEffect } from "../../../config-schema/effect.ts";
import { ownUnits, textOf, unitNames } from "../../../systemd/core/own-units.ts";
import type { Facts, UnitFacts } from "../../../systemd/core/plan/plan-types.ts";
import { digestIn, UNIT_VARIABLE } from "../../../systemd/core/service-text.ts";
import { mountUnitNames, placeIn, unitKind } from "../../../systemd/core/unit-kinds.ts";
import type { Units } from "../../../systemd/core/units.ts";
import { GENERATOR_FOLDER, readUnits } from "../../../systemd/read-units.ts";
import { readJson } from "../../client/read-json.ts";
import { type RunState, runFiles, runFolder } from "../../client/run-files.ts";
import { type ServerRunState, serverRunFile } from "../../core/server-run-state.ts";
import type { UnitProperties } from "../core/apply/unit-properties.ts";
import { showUnits } from "./systemctl.ts";
import { claimsOf } from "./wish.ts";

const PROPERTIES = ["LoadState", "ActiveState", "FragmentPath", "SourcePath", "MainPID", "NeedDaemonReload", "Where"];
/** What may run although no file speaks of it any more. */
const PATTERNS = ["pohmelfs-server@*", "pohmelfs-mount@*", "pohmelfs.target", "pohmelfs-*.service"];

/**
 * What systemd and the daemons of this machine say of themselves.
 *
 * @param wanted Units that the file asks for.
 * @param applied Units that the file asked for that was applied last.
 * @returns Undefined when systemd does not answer.
 */
export async function gatherFacts(wanted: readonly string[], applied: readonly string[]): Promise<Facts | undefined> {
  const all = readUnits(GENERATOR_FOLDER);
  const loaded = ownUnits(all);
  const names = new Set([...wanted, ...applied, ...unitNames(loaded)]);
  for (const name of [...names]) {
    if (unitKind(name) === "mount") names.add(mountUnitNames(placeIn(name)).service);
    if (unitKind(name) === "mount-service") names.add(mountUnitNames(placeIn(name)).mount);
  }
  const [known, orphans] = await Promise.all([showUnits([...names], PROPERTIES), showUnits(PATTERNS, PROPERTIES)]);
  if (known === undefined) return undefined;
  const shown = new Map([...(orphans ?? []), ...known]);
  const missing = [...shown.keys()]
    .filter((name) => unitKind(name) === "mount-service")
    .map((name) => mountUnitNames(placeIn(name)).mount)
    .filter((name) => !shown.has(name));
  const mounts = (await showUnits(missing, PROPERTIES)) ?? new Map<string, UnitProperties>();
  for (const [name, one] of mounts) shown.set(name, one);
  const isApplied = new Set(applied);
  const running = [...shown].map(([name, one]) => {
    const facts = factsOf(name, one, shown, all, loaded);
    return [name, isApplied.has(name) ? { ...facts, applied: true } : facts] as const;
  });
  return { loaded, running: new Map(running) };
}

function factsOf(
  name: string,
  one: UnitProperties,
  shown: ReadonlyMap<string, UnitProperties>,
  all: Units,
  loaded: Units,
): UnitFacts {
  const pid = Number(one.get("MainPID") ?? "0");
  const startedWith = pid > 0 ? (digestOf(pid) ?? assumedDigest(name, loaded)) : undefined;
  const overriddenBy = overriding(name, one, all, loaded);
  return {
    active: (one.get("ActiveState") ?? "inactive") as UnitFacts["active"],
    ...(startedWith === undefined ? {} : { startedWith }),
    ...(overriddenBy === undefined ? {} : { overriddenBy }),
    ...(one.get("LoadState") === "masked" ? { masked: true } : {}),
    ...(one.get("NeedDaemonReload") === "yes" ? { needsReload: true } : {}),
    ...fromRunFile(name, pid, one, shown),
  };
}

/** Whose unit file systemd uses when it is not ours. A mount that has none is known from the table of mounts alone. */
function overriding(name: string, one: UnitProperties, all: Units, loaded: Units): string | undefined {
  const path = one.get("FragmentPath") ?? "";
  if (path === "" || one.get("LoadState") !== "loaded") return undefined;
  if (!path.startsWith(`${GENERATOR_FOLDER}/`)) return path;
  if (!all.has(name) || loaded.has(name)) return undefined;
  return one.get("SourcePath") || path;
}

/** Only root sees the environment of a service: others take it that it was started with the unit that is there. */
function assumedDigest(name: string, loaded: Units): string | undefined {
  return process.getuid?.() === 0 ? undefined : digestIn(textOf(loaded, name) ?? "");
}

/** proc_pid_environ(5): what its process was started with. */
function digestOf(pid: number): string | undefined {
  const pattern = new RegExp(`(?:^|\\0)${UNIT_VARIABLE}=([0-9a-f]+)`);
  return pattern.exec(read(`/proc/${pid}/environ`) ?? "")?.[1];
}

type Left = { readonly effect?: Effect | MountEffect; readonly claims?: readonly string[]; readonly byHand?: boolean };

function fromRunFile(name: string, pid: number, one: UnitProperties, shown: ReadonlyMap<string, UnitProperties>): Left {
  const kind = unitKind(name);
  if (kind === "server") {
    const state = readJson<ServerRunState>(
      serverRunFile(runFolder(), name.replace(/^pohmelfs-server@|\.service$/g, "")),
    );
    // One that an earlier process has left says nothing of this one.
    if (state === undefined || state.pid !== pid || !Array.isArray(state.groups)) return {};
    return {
      effect: state.effect,
      claims: claimsOf(
        state,
        state.groups.map((group) => group.export),
      ),
    };
  }
  if (kind === "mount-service") {
    const at = shown.get(mountUnitNames(placeIn(name)).mount)?.get("Where") ?? "";
    const state = readJson<RunState>(runFiles(at).state);
    return state === undefined || state.pid !== pid || state.effect === undefined ? {} : { effect: state.effect };
  }
  if (kind !== "mount" || one.get("ActiveState") !== "active") return {};
  const state = readJson<RunState>(runFiles(one.get("Where") ?? "").state);
  return state !== undefined && isElsewhere(state.pid, name) ? { byHand: true } : {};
}

/** Whether a process lives, and outside of the units of a mount. proc_pid_cgroup(5). */
function isElsewhere(pid: number, mount: string): boolean {
  const cgroup = read(`/proc/${pid}/cgroup`);
  const { service } = mountUnitNames(placeIn(mount));
  return cgroup !== undefined && !cgroup.includes(`/${mount}`) && !cgroup.includes(`/${service}`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
