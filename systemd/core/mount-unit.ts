import type { Group, Model, Mount } from "../../config-schema/model.ts";
import { escapePath, escapePathValue, escapeSpecifiers, escapeText } from "./escape.ts";
import { mountServiceName, mountServiceText } from "./mount-service-unit.ts";
import { type MountWords, readMountWords } from "./mount-words.ts";
import { serverUnitName } from "./server-unit.ts";
import { unitText } from "./unit-text.ts";
import { TARGET, type Unit } from "./units.ts";

/** Units of a mount, or why there are none, one line for each reason. */
export type MountUnits =
  | { readonly ok: true; readonly units: readonly Unit[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** NAME_MAX of linux/limits.h, which is also systemd's limit for names of units. */
const UNIT_NAME_MAX = 255;
/** For the helper to say by itself why there is no mount, and for the kernel to write what is still to be written. */
const MARGIN_S = 25;
const NETWORK = "network-online.target";
const REMOTE = "remote-fs.target";

const list = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : [...new Set(names)].join(" ");

/** Members of the group on the same host: they must serve before, and still serve while it is unmounted. */
const localServers = (group: Group | undefined, host: string): readonly string[] =>
  (group?.members ?? []).filter(({ server }) => server.host === host).map(({ server }) => serverUnitName(server.name));

/**
 * `managed`: the service mounts, and mount.pohmelfs waits for it. The words that matter stand first: to systemd a
 * backslash at the end of one hides the comma after it, and so the next; at the end of the line it would join the next line.
 */
function optionsValue({ options }: MountWords): string {
  const words = ["managed", "_netdev", ...options];
  if (words.at(-1)?.endsWith("\\") === true) words.push("managed");
  return escapeSpecifiers(words.join(","));
}

/** What wants a mount at boot; `noauto` means nothing does. */
function wanted({ auto, wantedBy, requiredBy }: MountWords): Pick<Unit, "wantedBy" | "requiredBy"> {
  if (!auto) return { wantedBy: [] };
  const elsewhere = wantedBy.length + requiredBy.length > 0;
  return {
    wantedBy: [...new Set([TARGET, ...(elsewhere ? wantedBy : [REMOTE])])],
    requiredBy: [...new Set(requiredBy)],
  };
}

/** What both units of a mount come after. */
const before = (words: MountWords, servers: readonly string[]): readonly string[] => [
  ...new Set([NETWORK, "remote-fs-pre.target", ...servers, ...words.after]),
];

/**
 * The ordering is written out: systemd derives it from `_netdev` only as long as the table of mounts has that word.
 * Boot waits for the mount, for as long as TimeoutSec= says, and goes on without it: it is wanted, never required.
 */
function mountText(model: Model, mount: Mount, words: MountWords, servers: readonly string[]): string {
  return unitText({
    Unit: [
      ["Description", escapeText(`pohmelfs group ${mount.group} at ${mount.at}`)],
      ["SourcePath", escapePathValue(model.path)],
      ["PartOf", TARGET],
      ["Requires", list(words.requires)],
      ["RequiresMountsFor", list(words.requiresMountsFor)],
      // Never Requires= or BindsTo=: each restart of the daemon would unmount.
      ["Wants", list([NETWORK, mountServiceName(mount.at), ...words.wants])],
      ["After", list([...before(words, servers), mountServiceName(mount.at)])],
      ["Before", list([...(words.nofail ? [] : [REMOTE]), ...words.before])],
    ],
    Mount: [
      ["What", escapeSpecifiers(mount.group)],
      ["Where", escapePathValue(mount.at)],
      ["Type", "pohmelfs"],
      ["Options", optionsValue(words)],
      // Who stops it means it, whoever uses it: the service waits for open files, for a moment.
      ["LazyUnmount", "yes"],
      ["ReadWriteOnly", words.readWriteOnly ? "yes" : undefined],
      ["TimeoutSec", words.timeout ?? `${Math.ceil(model.timeouts.connectMs / 1000) + MARGIN_S}s`],
    ],
  });
}

/** Not ordered after the network: systemd has automounts before local-fs.target, and that would be a cycle. */
function automountText(model: Model, mount: Mount, words: MountWords): string {
  return unitText({
    Unit: [
      ["Description", escapeText(`pohmelfs group ${mount.group} at ${mount.at}, when it is used`)],
      ["SourcePath", escapePathValue(model.path)],
      ["PartOf", TARGET],
      ["Before", words.nofail ? undefined : REMOTE],
    ],
    Automount: [
      ["Where", escapePathValue(mount.at)],
      ["TimeoutIdleSec", words.idleTimeout],
    ],
  });
}

/**
 * The units of a mount of this host: `.mount`, the service of its daemon, and `.automount` if it asks for one.
 *
 * @param program Path of `pohmelfs-mountd`.
 */
export function mountUnits(model: Model, mount: Mount, host: string, program: string): MountUnits {
  const read = readMountWords(mount.options);
  const problems = read.ok ? [] : [...read.problems];
  const name = escapePath(mount.at);
  const service = mountServiceName(mount.at);
  if (service.length > UNIT_NAME_MAX) problems.push("the path is too long for the name of a unit");
  if (!read.ok || problems.length > 0)
    return { ok: false, problems: problems.map((one) => `mount at ${mount.at}: ${one}`) };
  const words = { ...read.words, automount: read.words.automount || mount.automount };
  const servers = localServers(
    model.groups.find((group) => group.name === mount.group),
    host,
  );
  const text = mountText(model, mount, words, servers);
  const wants = [...new Set([NETWORK, ...words.wants])];
  const daemon = mountServiceText(model, mount, { program, words, after: before(words, servers), wants });
  const made: Unit[] = [
    { name: `${name}.mount`, text, ...(words.automount ? { wantedBy: [] } : wanted(words)) },
    { name: service, text: daemon, wantedBy: [] },
  ];
  if (!words.automount) return { ok: true, units: made };
  const automount = { name: `${name}.automount`, text: automountText(model, mount, words), ...wanted(words) };
  return { ok: true, units: [...made, automount] };
}
