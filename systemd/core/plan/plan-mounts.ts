import { textOf, unitNames, wantedBy } from "../own-units.ts";
import { act, decidedElsewhere, isUp, leave, NOTHING, type Part, renew, together, whyDown } from "./plan-parts.ts";
import type { Desired, Facts } from "./plan-types.ts";
import { mountUnitNames, placeIn, unitKind } from "../unit-kinds.ts";

const RESTART = "its group's servers or their lead changed";

/** The mounts that the file wants on this host. */
export function planMounts(desired: Desired, facts: Facts): Part {
  const mounts = unitNames(desired.units).filter((unit) => unitKind(unit) === "mount");
  return together(mounts.map((unit) => planMount(placeIn(unit), desired, facts)));
}

function planMount(place: string, desired: Desired, facts: Facts): Part {
  const { mount, automount } = mountUnitNames(place);
  const found = facts.running.get(mount);
  const decided = decidedElsewhere(mount, found);
  if (found?.masked === true) return decided;
  if (isUp(found) && found?.byHand === true)
    return together([
      decided,
      leave(mount, `it was mounted by hand or by fstab: 'systemctl restart ${mount}' takes it over`),
    ]);
  const again = isUp(found) ? whyRemount(place, desired, facts) : undefined;
  const stop = again === undefined ? NOTHING : act("stop", mount, again);
  const onUse = textOf(desired.units, automount) !== undefined;
  if (onUse) {
    const kept = again === undefined && isUp(found) ? renewDaemon(place, desired, facts) : NOTHING;
    return together([decided, stop, kept, planAutomount(automount, desired, facts)]);
  }
  if (again !== undefined) return together([decided, stop, act("start", mount, again)]);
  if (isUp(found)) return together([decided, renewDaemon(place, desired, facts)]);
  const isWanted = wantedBy(desired.units, mount).length > 0;
  return together([decided, isWanted ? act("start", mount, whyDown(found)) : NOTHING]);
}

/** Why a mount that is there has to go and come again. */
function whyRemount(place: string, desired: Desired, facts: Facts): string | undefined {
  const { mount, automount, service } = mountUnitNames(place);
  const daemon = facts.running.get(service);
  if (textOf(desired.units, service) !== undefined && !isUp(daemon)) return "its daemon is not running";
  const [has, wants] = [daemon?.effect, desired.effects.get(service)];
  const told = has !== undefined && wants !== undefined && "remount" in has && "remount" in wants;
  const differs = told
    ? has.remount !== wants.remount
    : facts.running.get(mount)?.overriddenBy === undefined && mountPart(desired, mount) !== mountPart(facts, mount);
  if (differs) return "its group, place or options changed";
  const [before, after] = [isUp(facts.running.get(automount)), textOf(desired.units, automount) !== undefined];
  if (before && !after) return "it is no longer mounted when it is used";
  const isWanted = wantedBy(desired.units, automount).length > 0;
  if (!before && after && isWanted) return "it is to be mounted when it is used";
  return before && automountDiffers(automount, desired, facts) ? "its automount changed" : undefined;
}

/** Its daemon goes on with the same mount, also when it is started anew. */
function renewDaemon(place: string, desired: Desired, { running }: Facts): Part {
  const { service } = mountUnitNames(place);
  const [daemon, text] = [running.get(service), textOf(desired.units, service)];
  if (daemon === undefined || text === undefined) return NOTHING;
  const decided = decidedElsewhere(service, daemon);
  return together([decided, renew(service, daemon, text, desired.effects.get(service), RESTART)]);
}

function planAutomount(automount: string, desired: Desired, facts: Facts): Part {
  const found = facts.running.get(automount);
  const decided = decidedElsewhere(automount, found);
  if (found?.masked === true) return decided;
  const isWanted = wantedBy(desired.units, automount).length > 0;
  if (!isUp(found)) return together([decided, isWanted ? act("start", automount, whyDown(found)) : NOTHING]);
  if (!automountDiffers(automount, desired, facts)) return decided;
  const because = "its automount changed";
  return together([decided, act("stop", automount, because), act("start", automount, because)]);
}

function automountDiffers(automount: string, desired: Desired, facts: Facts): boolean {
  if (facts.running.get(automount)?.overriddenBy !== undefined) return false;
  const [before, after] = [textOf(facts.loaded, automount), textOf(desired.units, automount)];
  return before !== undefined && after !== undefined && section(before, "Automount") !== section(after, "Automount");
}

/** What mount(8) is told. How long it may take changes nothing of a mount that is there. */
function mountPart(from: Desired | Facts, mount: string): string | undefined {
  const text = textOf("units" in from ? from.units : from.loaded, mount);
  return text === undefined ? undefined : section(text, "Mount").replace(/^TimeoutSec=.*\n/m, "");
}

const section = (text: string, name: string): string => text.split(`\n[${name}]\n`)[1]?.split("\n[")[0] ?? "";
