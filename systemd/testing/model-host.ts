import type { Effect, MountEffect } from "../../config-schema/effect.ts";
import { textOf, unitNames, wantedBy } from "../core/own-units.ts";
import type { Action, Desired, Facts, UnitFacts } from "../core/plan/plan-types.ts";
import { digestIn, serviceText } from "../core/service-text.ts";
import { mountUnitNames, placeIn, unitKind } from "../core/unit-kinds.ts";
import { unitText } from "../core/unit-text.ts";
import { layOut, TARGET, type Unit, type Units } from "../core/units.ts";

/** What a file says, as far as plans go: numbers that differ where the file would. */
export type Spec = {
  readonly servers: Readonly<Record<string, { text: number; restart: number; reload: number; port: number }>>;
  readonly mounts: Readonly<
    Record<
      string,
      { options: number; members: number; reload: number; unit: number; auto: boolean; onUse: boolean; idle: number }
    >
  >;
};

export const serverUnitOf = (name: string): string => `pohmelfs-server@${name}.service`;

export function desiredOf({ servers, mounts }: Spec): Desired {
  const effects = new Map<string, Effect | MountEffect>();
  const units: Unit[] = [];
  for (const [name, one] of Object.entries(servers)) {
    const unit = serverUnitOf(name);
    const text = serviceText({ Unit: [["Description", name]] }, [["Text", String(one.text)]]);
    units.push({ name: unit, text, wantedBy: [TARGET] });
    effects.set(unit, { restart: `${one.restart} ${one.port}`, reload: String(one.reload) });
  }
  for (const [place, one] of Object.entries(mounts)) {
    const { mount, automount, service } = mountUnitNames(place);
    const wanted = one.auto ? [TARGET] : [];
    const text = unitText({ Unit: [["Wants", service]], Mount: [["Options", String(one.options)]] });
    units.push({ name: mount, text, wantedBy: one.onUse ? [] : wanted });
    const unit = serviceText({ Unit: [["PartOf", mount]] }, [["Text", String(one.unit)]]);
    units.push({ name: service, text: unit, wantedBy: [] });
    if (one.onUse) {
      const idle = unitText({ Unit: [], Automount: [["TimeoutIdleSec", String(one.idle)]] });
      units.push({ name: automount, text: idle, wantedBy: wanted });
    }
    const remount = String(one.options);
    effects.set(service, { remount, restart: `${remount} ${one.members}`, reload: String(one.reload) });
  }
  const target: Unit = { name: TARGET, text: unitText({ Unit: [] }), wantedBy: ["multi-user.target"] };
  return { units: layOut(units.length === 0 ? [] : [target, ...units]), effects };
}

export const claimsOf = ({ servers }: Spec): Map<string, readonly string[]> =>
  new Map(Object.entries(servers).map(([name, { port }]) => [serverUnitOf(name), [`port ${port}`]]));

/** A host with a systemd as far as plans need one: what it has loaded, what runs, and since which text. */
export class ModelHost {
  loaded: Units = new Map();
  readonly running = new Map<string, UnitFacts>();
  /** What was asked of it and cannot be. */
  readonly faults: string[] = [];
  #spec: Spec = { servers: {}, mounts: {} };
  #desired = desiredOf(this.#spec);

  facts(): Facts {
    return { loaded: this.loaded, running: this.running };
  }

  /** The file is written; nothing knows of it. */
  write(spec: Spec): void {
    this.#spec = spec;
    this.#desired = desiredOf(spec);
  }

  do({ kind, unit }: Action): void {
    if (kind === "daemon-reload") this.loaded = this.#desired.units;
    else if (kind === "stop") this.#stop(unit);
    else if (kind === "reset-failed") this.running.delete(unit);
    else if (kind === "reload") this.#reload(unit);
    else if (kind === "restart") {
      if (!this.running.has(unit)) this.faults.push(`${unit} is started anew and does not run`);
      this.running.delete(unit);
      this.#start(unit);
    } else this.#start(unit);
  }

  /** Its process dies, and systemd has given up. */
  fail(unit: string): void {
    const facts = this.running.get(unit);
    if (facts !== undefined) this.running.set(unit, { active: "failed", applied: true });
  }

  #stop(unit: string): void {
    this.running.delete(unit);
    // PartOf=
    if (unitKind(unit) === "mount") this.running.delete(mountUnitNames(placeIn(unit)).service);
  }

  #reload(unit: string): void {
    const facts = this.running.get(unit);
    const effect = this.#desired.effects.get(unit);
    if (facts?.effect === undefined || effect === undefined) this.faults.push(`${unit} cannot be reloaded`);
    else this.running.set(unit, { ...facts, effect: { ...facts.effect, reload: effect.reload } });
  }

  #start(unit: string): void {
    const text = textOf(this.loaded, unit);
    const old = this.running.get(unit);
    if (text === undefined) this.faults.push(`${unit} is started and not loaded`);
    else if (old !== undefined && old.active !== "failed") this.faults.push(`${unit} is started and runs already`);
    else this.running.set(unit, this.#started(unit, text));
    const { service } = mountUnitNames(placeIn(unit));
    // Wants=
    if (unitKind(unit) === "mount" && this.running.get(service)?.active !== "active") {
      this.running.delete(service);
      if (this.loaded.has(service)) this.#start(service);
    }
  }

  #started(unit: string, text: string): UnitFacts {
    const [digest, effect, claims] = [
      digestIn(text),
      this.#desired.effects.get(unit),
      claimsOf(this.#spec).get(unit) ?? [],
    ];
    const taken = [...this.running.values()].find((other) => claims.some((claim) => other.claims?.includes(claim)));
    if (taken !== undefined) this.faults.push(`${unit} wants what another still has`);
    return {
      active: "active",
      applied: true,
      claims,
      ...(digest === undefined ? {} : { startedWith: digest }),
      ...(effect === undefined ? {} : { effect }),
    };
  }
}

/** What differs between what runs and what the file says; empty when nothing does. */
export function differences(host: ModelHost, spec: Spec): string[] {
  const { units, effects } = desiredOf(spec);
  const found: string[] = [];
  for (const [unit, { active, startedWith, effect }] of host.running) {
    const text = textOf(units, unit);
    if (text === undefined) found.push(`${unit} is still there`);
    else if (active !== "active") found.push(`${unit} is ${active}`);
    else if (startedWith !== digestIn(text)) found.push(`${unit} runs with an old unit`);
    else if (JSON.stringify(effect) !== JSON.stringify(effects.get(unit))) found.push(`${unit} runs with an old file`);
  }
  for (const unit of unitNames(units))
    if (wantedBy(units, unit).length > 0 && !host.running.has(unit)) found.push(`${unit} does not run`);
  return found;
}
