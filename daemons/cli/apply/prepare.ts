import { hostname } from "node:os";
import { resolve } from "node:path";
import { type Diagnostic, diagnosticOfFile } from "../../../config-schema/diagnostic.ts";
import { loadConfig, readSources } from "../../../config-schema/load.ts";
import { unitNames } from "../../../systemd/core/own-units.ts";
import { planFor } from "../../../systemd/core/plan/plan.ts";
import type { Desired, Facts, Plan } from "../../../systemd/core/plan/plan-types.ts";
import { digestIn } from "../../../systemd/core/service-text.ts";
import { mountUnitNames, placeIn, unitKind } from "../../../systemd/core/unit-kinds.ts";
import { movedExports } from "../core/apply/moved-exports.ts";
import { type PlanWarning, warningsOfModel } from "../core/apply/plan-warning.ts";
import { configPath } from "../machine.ts";
import { clockWarnings } from "./clock-warnings.ts";
import { type ConfigTexts, filesOf, readTexts, sameTexts } from "./config-files.ts";
import { gatherFacts } from "./gather-facts.ts";
import { currentNumber, generationPath } from "./generations.ts";
import { localWarnings } from "./local-warnings.ts";
import { hasSystemd } from "./systemctl.ts";
import { useWarnings } from "./use-warnings.ts";
import { type Wish, wishOf } from "./wish.ts";

/** With what the file is compared. */
export type Basis =
  /** What systemd of this host has, and what runs. */
  | "systemd"
  /** The file that was applied here last, as if all that it asks for ran on that host. */
  | "generation"
  | "nothing";

export type Ready = {
  readonly kind: "ready";
  /** Where the configuration of this machine lies. */
  readonly path: string;
  /** The file that was read: that one, or one that is to take its place. */
  readonly source: string;
  readonly texts: ConfigTexts;
  /** Undefined when there is no file: then the host is to have nothing. */
  readonly wish: Wish | undefined;
  readonly host: string;
  readonly basis: Basis;
  /** The generation that was applied last. */
  readonly generation: number | undefined;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly warnings: readonly PlanWarning[];
  /** Warnings of the file. */
  readonly diagnostics: readonly Diagnostic[];
};

export type Prepared =
  | Ready
  /** The file has errors, or asks for what no unit can do. */
  | { readonly kind: "wrong"; readonly source: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreachable"; readonly because: string };

export type PrepareOptions = {
  /** The file, when it is not the machine's own. */
  readonly config?: string | undefined;
  /** Another host than this one. */
  readonly host?: string | undefined;
  /** Look at this host and ask other servers. */
  readonly warn?: boolean;
};

const NOTHING: Desired = { units: new Map(), effects: new Map() };

/** Reads the file and looks at the host: what has to be done so that it does what the file says. Changes nothing. */
export async function prepare({ config, host, warn = false }: PrepareOptions): Promise<Prepared> {
  const path = resolve(configPath(undefined));
  const source = config === undefined ? path : resolve(config);
  let texts: ConfigTexts;
  try {
    texts = readTexts(source);
  } catch (error) {
    return { kind: "wrong", source, diagnostics: whyUnreadable(source, error as Error) };
  }
  // That the machine's own file is not there says something; that another one is not is a slip.
  const isAbsent = texts.file === undefined && source === path;
  const loaded = isAbsent
    ? undefined
    : loadConfig(source, texts.file === undefined ? undefined : filesOf(source, texts));
  if (loaded?.ok === false) return { kind: "wrong", source, diagnostics: loaded.diagnostics };
  const wish = loaded === undefined ? undefined : wishOf({ ...loaded.model, path }, host ?? hostname());
  if (wish !== undefined && wish.problems.length > 0) {
    const diagnostics = wish.problems.map((message) => diagnosticOfFile(source, { code: "unit", message }));
    return { kind: "wrong", source, diagnostics };
  }
  const isHere = host === undefined || (wish !== undefined && wish.host === wishOf(wish.model, hostname()).host);
  const found = await factsOf(wish, host ?? hostname(), isHere);
  if (typeof found === "string") return { kind: "unreachable", because: found };
  const { basis, generation } = found;
  // The file is put into its place only when the plan is carried out; systemd is to read it there.
  const isPut = source !== path && basis === "systemd" && !sameTexts(readTexts(path), texts);
  const facts = isPut ? withNewFile(found.facts) : found.facts;
  const plan = planFor(wish?.desired ?? NOTHING, facts, wish?.claims);
  const named = wish?.host ?? host ?? hostname();
  const inUse = warn && basis === "systemd" ? await useWarnings(plan) : [];
  const warnings = [...inUse, ...(wish === undefined || !warn ? [] : await warningsOf(wish, facts, isHere))];
  const diagnostics = loaded?.warnings ?? [];
  return {
    kind: "ready",
    path,
    source,
    texts,
    wish,
    host: named,
    basis,
    generation,
    facts,
    plan,
    warnings,
    diagnostics,
  };
}

/** The loader tells which of the files it is. */
function whyUnreadable(source: string, { message }: Error): readonly Diagnostic[] {
  const read = readSources(source);
  return read.ok
    ? [diagnosticOfFile(source, { code: "unreadable", message: `cannot be read: ${message}` })]
    : read.diagnostics;
}

async function warningsOf(wish: Wish, facts: Facts, isHere: boolean): Promise<PlanWarning[]> {
  const general = [...movedExports(wish.model, wish.host, facts), ...warningsOfModel(wish.model, wish.host)];
  if (!isHere) return general;
  return [...localWarnings(wish, facts), ...general, ...(await clockWarnings(wish))];
}

type Found = { readonly facts: Facts; readonly basis: Basis; readonly generation: number | undefined };

/** @returns Why the host cannot be looked at, when it cannot. */
async function factsOf(wish: Wish | undefined, host: string, isHere: boolean): Promise<Found | string> {
  const generation = currentNumber();
  const applied = generation === undefined ? undefined : appliedWish(generation, host);
  if (isHere && hasSystemd()) {
    const names = wish === undefined ? [] : unitNames(wish.desired.units);
    const facts = await gatherFacts(names, applied === undefined ? [] : unitNames(applied.desired.units));
    return facts === undefined ? "systemd does not answer" : { facts, basis: "systemd", generation };
  }
  if (applied === undefined) return { facts: { loaded: new Map(), running: new Map() }, basis: "nothing", generation };
  return { facts: assumedFacts(applied), basis: "generation", generation };
}

/** What a generation asked of a host. @returns Undefined when it had no file, or none that this version understands. */
function appliedWish(generation: number, host: string): Wish | undefined {
  const loaded = loadConfig(generationPath(generation));
  return loaded.ok ? wishOf({ ...loaded.model, path: resolve(configPath(undefined)) }, host) : undefined;
}

/** As systemd sees units whose SourcePath= has changed. */
const withNewFile = ({ loaded, running }: Facts): Facts => ({
  loaded,
  running: new Map([...running].map(([unit, facts]) => [unit, { ...facts, needsReload: true }])),
});

/** As if a host did what a file says. */
function assumedFacts({ desired, claims }: Wish): Facts {
  const { units, effects } = desired;
  const running = unitNames(units).flatMap((unit) => {
    const made = units.get(unit);
    const startedWith = made?.kind === "file" ? digestIn(made.text) : undefined;
    const effect = effects.get(unit);
    const isWanted = [...units.keys()].some((path) => path.endsWith(`/${unit}`));
    const wanting = mountUnitNames(placeIn(unit)).mount;
    const isUp =
      isWanted || (unitKind(unit) === "mount-service" && [...units.keys()].some((p) => p.endsWith(`/${wanting}`)));
    if (!isUp) return [];
    const facts = {
      active: "active" as const,
      claims: claims.get(unit) ?? [],
      ...(startedWith === undefined ? {} : { startedWith }),
      ...(effect === undefined ? {} : { effect }),
    };
    return [[unit, facts] as const];
  });
  return { loaded: units, running: new Map(running) };
}
