import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Group, Model } from "../../config-schema/model.ts";
import type { MountOrder } from "../client/mount-order.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { VERSION } from "../core/version.ts";
import { chooseGroup } from "./core/choose-group.ts";
import { MOUNT_EXIT } from "./core/exit-codes.ts";
import { exportInTheWay } from "../client/core/export-in-the-way.ts";
import { mountHelp } from "./core/mount-help.ts";
import { type ParsedOptions, parseMountOptions, remountOptions } from "../client/core/mount-options.ts";
import { splitOptions } from "../client/core/split-options.ts";
import { namesOfThisMachine } from "../client/this-machine.ts";
import { configPath } from "./machine.ts";
import { awaitManaged, remountManaged } from "./managed-mount.ts";
import { type MountArguments, parseMountArguments } from "./mount-arguments.ts";
import { prepareMountPoint } from "../client/mount-point.ts";
import { readConfig } from "./read-config.ts";
import { FUSE_NATIVE_LIMITS } from "../fuse/core/fuse-native-limits.ts";
import { startMountDaemon } from "./start-mount-daemon.ts";

/** Beyond the time in which the servers must answer: for Node to start, twice, on a busy machine. */
const START_MS = 10_000;

const say = (line: string): void => console.error(`mount.pohmelfs: ${line}`);

function refuse(code: number, line: string): number {
  say(line);
  return code;
}

/** What mounting needs of this machine and user, said before anything is tried. */
function missing(options: ParsedOptions): { readonly code: number; readonly because: string } | undefined {
  if (process.getuid?.() !== 0) return { code: MOUNT_EXIT.usage, because: "only root can mount" };
  if (options.mount.transport === "kernel" && !existsSync("/dev/fuse")) {
    const because =
      "/dev/fuse is missing: load the kernel's module with 'modprobe fuse'; in a container, give it the device " +
      "(docker run --device /dev/fuse --cap-add SYS_ADMIN)";
    return { code: MOUNT_EXIT.system, because };
  }
  return undefined;
}

function checkPlace(model: Model, at: string): Result<string> {
  const member = exportInTheWay(model, at, namesOfThisMachine());
  if (member === undefined) return ok(at);
  return fail(
    "EBUSY",
    `${at}: server '${member.server.name}' of this machine exports ${member.export}; mount elsewhere`,
  );
}

async function mount(words: MountArguments, options: ParsedOptions, model: Model, group: Group): Promise<number> {
  const aside = words.verbose ? say : (): void => {};
  const point = await prepareMountPoint(words.directory, aside);
  if (!point.ok) return refuse(MOUNT_EXIT.failed, point.because ?? point.errno);
  const at = point.value;
  const place = checkPlace(model, at);
  if (!place.ok) return refuse(MOUNT_EXIT.failed, place.because ?? place.errno);

  const logFile = options.logFile === undefined ? model.log.file : resolve(options.logFile);
  const order: MountOrder = {
    config: model.path,
    group: group.name,
    at,
    source: words.spec,
    options: { ...options.mount, noTable: words.noTable },
    given: splitOptions(words.options)
      .filter(({ name }) => name !== "config")
      .map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)),
    foreground: options.foreground,
    ...(logFile === undefined ? {} : { logFile }),
  };
  const members = group.members.map(({ server }) => `${server.name} (${server.address}:${server.port})`).join(", ");
  aside(`${group.name} (idx=${group.index}) of ${members}, at ${at}, options ${options.mount.words.join(",")}`);
  if (words.fake) return MOUNT_EXIT.ok;
  const { code, because } = await startMountDaemon(order, model.timeouts.connectMs + START_MS, interrupted());
  if (because !== "") say(because.startsWith(at) ? because : `${at}: ${because}`);
  else if (code === MOUNT_EXIT.ok) aside(`${at}: mounted`);
  if (code === MOUNT_EXIT.ok && options.mount.transport === "fuse-native") {
    for (const limit of FUSE_NATIVE_LIMITS) say(`transport fuse-native: ${limit}`);
  }
  return code;
}

/** Of a mount that systemd's service makes. */
async function managed(words: MountArguments, { mount, remount }: ParsedOptions): Promise<number> {
  if (words.fake) return MOUNT_EXIT.ok;
  const { code, because } = remount
    ? remountManaged(words.directory, mount.words)
    : await awaitManaged(words.directory, interrupted());
  return because === "" ? code : refuse(code, because);
}

const interrupted = (): Promise<void> =>
  new Promise((settle) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => settle());
  });

/** @returns An exit code of mount(8). */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseMountArguments(args);
  if (parsed.kind === "help") process.stdout.write(mountHelp());
  if (parsed.kind === "version") process.stdout.write(`mount.pohmelfs ${VERSION}\n`);
  if (parsed.kind === "wrong") {
    return refuse(
      MOUNT_EXIT.usage,
      `${parsed.because} (usage: mount.pohmelfs GROUP DIR [-sfnv] [-o OPTIONS]; see --help)`,
    );
  }
  if (parsed.kind !== "mount") return MOUNT_EXIT.ok;
  const words = parsed.arguments;
  // mount(8) adds to a remount what the table of mounts has, also what the kernel itself has put there.
  const isRemount = splitOptions(words.options).some(({ name }) => name === "remount");
  const options = parseMountOptions(isRemount ? remountOptions(words.options) : words.options, words.sloppy);
  if (!options.ok) {
    for (const problem of options.problems) say(problem);
    return MOUNT_EXIT.usage;
  }
  if (words.verbose) for (const name of options.options.ignored) say(`option '${name}' is unknown and ignored (-s)`);
  const lacks = words.fake ? undefined : missing(options.options);
  if (lacks !== undefined) return refuse(lacks.code, lacks.because);
  if (options.options.managed || options.options.remount) return managed(words, options.options);

  const model = readConfig(resolve(configPath(options.options.config)));
  if (model === undefined) return MOUNT_EXIT.failed;
  const group = chooseGroup(model, words.spec, options.options.index);
  if (!group.ok) return refuse(group.errno === "EINVAL" ? MOUNT_EXIT.usage : MOUNT_EXIT.failed, group.because ?? "");
  return mount(words, options.options, model, group.value);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // A throw is a bug of ours; whoever reports it needs the trace.
    console.error("mount.pohmelfs: a bug:", error);
    process.exitCode = MOUNT_EXIT.internal;
  },
);
