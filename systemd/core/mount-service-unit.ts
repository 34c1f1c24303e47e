import type { Model, Mount } from "../../config-schema/model.ts";
import { escapeItem, escapePath, escapePathValue, escapeText, escapeWord } from "./escape.ts";
import { limitLines } from "./limit-lines.ts";
import { MOUNT_SANDBOX } from "./mount-sandbox.ts";
import type { MountWords } from "./mount-words.ts";
import { serviceText } from "./service-text.ts";
import type { Lines } from "./unit-text.ts";

/** The service that makes a mount and answers for it. @param at As in the configuration. */
export const mountServiceName = (at: string): string => `pohmelfs-mount@${escapePath(at)}.service`;

/** For Node to start on a busy machine, and for the daemon to say by itself that no server answers. */
const START_S = 25;
/** For open files to be closed, and for the daemon to end, once all changes are sent. */
const STOP_S = 15;
/** A daemon that crashes as soon as it starts is started so often. */
const STARTS = 10;

/**
 * Within it so many starts mean that the daemon crashes. One that reaches no server takes `timeouts.connect` for a try,
 * and is tried for ever: the limit must not be reached by those.
 */
function limitSpanSeconds(connectMs: number): number {
  const triesMs = connectMs * (STARTS - 2);
  return Math.min(60, Math.max(5, Math.floor(triesMs / 1000)));
}

function parentOf(path: string): string {
  const own = path.replace(/\/+$/, "");
  return own.slice(0, Math.max(1, own.lastIndexOf("/")));
}

/** What the service cannot come after: its own mount, and what lies in it. */
const isOwn = (at: string, unitOrItem: string): boolean =>
  unitOrItem === `${escapePath(at)}.mount` ||
  unitOrItem === escapeItem(at) ||
  unitOrItem.startsWith(`${escapeItem(at).slice(0, -1)}/`);

/** What is taken off a mount when the service was killed because it would not end: then nobody answers for it. */
const cleanUp = (at: string): string =>
  `-/bin/sh -c ${escapeWord('[ "$SERVICE_RESULT" != timeout ] || exec umount -l -- "$1"')} sh ${escapeWord(at)}`;

export type MountServiceParts = {
  /** Path of `pohmelfs-mountd`. */
  readonly program: string;
  readonly words: MountWords;
  /** What it comes after, and goes before: the network, servers of the same group. */
  readonly after: readonly string[];
  readonly wants: readonly string[];
};

/**
 * The text of the service. It is PartOf= the mount, which wants it: who stops or restarts the mount means both, while the
 * daemon may crash and come again without the mount being touched.
 */
export function mountServiceText(model: Model, mount: Mount, parts: MountServiceParts): string {
  const { program, words, after, wants } = parts;
  const { at, group } = mount;
  const { connectMs, giveUpMs } = model.timeouts;
  const command = [program, "--config", model.path, "--at", at, "-o", ["_netdev", ...words.options].join(","), group];
  const others = (list: readonly string[]): readonly string[] => list.filter((one) => !isOwn(at, one));
  const requires = others(words.requires);
  const unit: Lines = [
    ["Description", escapeText(`pohmelfs daemon of group ${group} at ${at}`)],
    ["SourcePath", escapePathValue(model.path)],
    ["PartOf", `${escapePath(at)}.mount`],
    ["Requires", requires.length === 0 ? undefined : requires.join(" ")],
    ["RequiresMountsFor", others([escapeItem(parentOf(at)), ...words.requiresMountsFor]).join(" ")],
    ["Wants", others(wants).join(" ")],
    ["After", others(after).join(" ")],
    ["StartLimitIntervalSec", `${limitSpanSeconds(connectMs)}s`],
    ["StartLimitBurst", `${STARTS}`],
  ];
  const service: Lines = [
    ["Type", "notify"],
    ["NotifyAccess", "main"],
    ["ExecStart", command.map(escapeWord).join(" ")],
    ["ExecReload", "/bin/kill -HUP $MAINPID"],
    ["ExecStopPost", cleanUp(at)],
    // Soon: whoever uses the mount waits meanwhile.
    ["Restart", "on-failure"],
    ["RestartSec", "200ms"],
    // Usage, configuration, nothing there, changes that did not reach all servers: trying again does not help.
    ["RestartPreventExitStatus", "2 3 4 5"],
    // /dev/fuse, kept while the daemon is started anew.
    ["FileDescriptorStoreMax", "4"],
    ["WatchdogSec", "30s"],
    ["TimeoutStartSec", words.timeout ?? `${Math.ceil(connectMs / 1000) + START_S}s`],
    ["TimeoutStopSec", `${Math.ceil(giveUpMs / 1000) + STOP_S}s`],
    ["KillMode", "mixed"],
    // The watchdog ends a daemon by SIGABRT, for which Node writes all its memory to a file.
    ["LimitCORE", "0"],
    ...limitLines(mount.unit),
    ...MOUNT_SANDBOX,
  ];
  return serviceText({ Unit: unit }, service);
}
