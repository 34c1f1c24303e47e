import type { Effect, MountEffect } from "../../../config-schema/effect.ts";
import type { Units } from "../units.ts";

/** What the file asks of a host. */
export type Desired = {
  readonly units: Units;
  /** Unit of a server, or of the service of a mount → what it is to run with. */
  readonly effects: ReadonlyMap<string, Effect | MountEffect>;
};

/** What systemd knows of a unit, and its daemon left in its run file. */
export type UnitFacts = {
  /** systemd(1), ActiveState. */
  readonly active: "active" | "reloading" | "inactive" | "failed" | "activating" | "deactivating" | "maintenance";
  /** The digest in the environment of its main process: of the text with which it was started. */
  readonly startedWith?: string;
  /** What its daemon says it runs with. Of a mount's daemon it stands with the mount's service. */
  readonly effect?: Effect | MountEffect;
  /** The unit file that systemd uses in the place of a generated one: an administrator's, or that of another generator. */
  readonly overriddenBy?: string;
  /** The administrator forbids it, systemctl(1) mask. */
  readonly masked?: boolean;
  /** Of a mount: it was mounted by fstab or by hand, its daemon belongs to no service. */
  readonly byHand?: boolean;
  /** The file that was applied last asked for it: it is ours although no file may be left of it. */
  readonly applied?: boolean;
  /** systemd has an older text in mind than that on the disk. */
  readonly needsReload?: boolean;
  /** What no two can have at once: endpoints that it listens on, exports. */
  readonly claims?: readonly string[];
};

export type Facts = {
  /** Units that the generator made, as they lie in /run/systemd/generator. */
  readonly loaded: Units;
  /** By name of the unit; one without facts is not known to systemd. */
  readonly running: ReadonlyMap<string, UnitFacts>;
};

/** What becomes of the file of one unit. */
export type Change = {
  readonly kind: "added" | "changed" | "removed";
  readonly unit: string;
  /** As diff(1) -u tells it, with a line for what wants the unit. Empty when only a running unit is left of it. */
  readonly diff: string;
};

export type Action = {
  readonly kind: "stop" | "daemon-reload" | "reset-failed" | "reload" | "restart" | "start";
  /** Empty for daemon-reload. */
  readonly unit: string;
  /** A part of a sentence: `it is not running`. */
  readonly because: string;
};

/** A unit that is left as it is, and why. */
export type Note = { readonly unit: string; readonly because: string };

export type Plan = {
  /** In the order of the names. */
  readonly changes: readonly Change[];
  /** In the order in which they are done. */
  readonly actions: readonly Action[];
  readonly notes: readonly Note[];
};
