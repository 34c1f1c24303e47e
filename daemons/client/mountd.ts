/** The program `pohmelfs-mountd`: the daemon of one mount, started by `mount.pohmelfs` or by a unit. */
import { closeSync, mkdirSync, readFileSync } from "node:fs";
import { isMainThread, workerData } from "node:worker_threads";
import { usageText } from "../core/usage.ts";
import { VERSION } from "../core/version.ts";
import { parseMountOptions } from "./core/mount-options.ts";
import { splitOptions } from "./core/split-options.ts";
import { findMount, unmountFuse } from "../fuse/mount.ts";
import { nameProcess } from "../sys/name-process.ts";
import { forgetDescriptor } from "../sys/notify.ts";
import { type StoredDescriptor, takeStoredDescriptors } from "../sys/stored-descriptors.ts";
import { type KeptMount, readKeptMount } from "./kept-mount.ts";
import { MountDaemon, storedName } from "./mount-daemon.ts";
import type { MountOrder } from "./mount-order.ts";
import { type MountPlan, planMount } from "./mount-plan.ts";
import { prepareMountPoint } from "./mount-point.ts";
import { type MountStart, runMount, type TakeOver } from "./mount-thread.ts";
import { parseMountdArguments, type MountdArguments } from "./mountd-arguments.ts";
import { MOUNTD_USAGE } from "./mountd-usage.ts";
import { runFiles } from "./run-files.ts";
import { helperTeller, serviceTeller, type Teller } from "./teller.ts";

const program = new URL(import.meta.url);
/** How names of stored descriptors of ours begin. */
const STORED = "fuse-";
const say = (line: string): void => void process.stderr.write(`pohmelfs: ${line}\n`);

function startByOrder(): void {
  const order = JSON.parse(readFileSync(0, "utf8")) as MountOrder;
  const teller = helperTeller();
  const planned = planMount(order);
  if (planned.ok) new MountDaemon({ order, plan: planned.plan, teller, isService: false, program });
  else process.exit(teller.failed(planned.failure, planned.because.replaceAll("\n", " ")));
}

type ByUnit = Extract<MountdArguments, { readonly kind: "unit" }>;

async function startByUnit(args: ByUnit): Promise<void> {
  const { at, config, group } = args;
  const teller = serviceTeller(runFiles(at));
  const options = parseMountOptions(args.options);
  if (!options.ok) return end(teller, "usage", options.problems.join("; "));
  if (options.options.remount) return end(teller, "usage", "option 'remount' is for mount(8)");
  const order: MountOrder = {
    config,
    group,
    at,
    source: group,
    options: options.options.mount,
    given: splitOptions(args.options).map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)),
    foreground: true,
    ...(options.options.logFile === undefined ? {} : { logFile: options.options.logFile }),
  };
  const planned = planMount(order);
  const stored = takeStoredDescriptors().filter(({ name }) => name.startsWith(STORED));
  const found = chooseMount(planned, stored, readKeptMount(runFiles(at).kept));
  if (found.kind === "takeOver") {
    const { plan, takeOver, note } = found;
    if (note !== "") process.stderr.write(`pohmelfs: ${at}: ${note}\n`);
    new MountDaemon({ order, plan, teller, isService: true, program, takeOver, note });
    return;
  }
  for (const one of stored) letGo(one, at);
  if (!planned.ok) return endWrong(teller, planned);
  const place = await preparePlace(at);
  if (place !== undefined) return end(teller, "mount", place);
  new MountDaemon({ order, plan: planned.plan, teller, isService: true, program });
}

type Chosen =
  | { readonly kind: "mount" }
  | { readonly kind: "takeOver"; readonly plan: MountPlan; readonly takeOver: TakeOver; readonly note: string };

/**
 * Whether to go on with a mount that systemd kept. With a wrong file the daemon goes on as the one before it was going:
 * what runs keeps running.
 */
function chooseMount(
  planned: ReturnType<typeof planMount>,
  stored: readonly StoredDescriptor[],
  kept: KeptMount | undefined,
): Chosen {
  const found = kept === undefined ? undefined : stored.find(({ name }) => name === storedName(kept.device));
  if (kept === undefined || found === undefined) return { kind: "mount" };
  const takeOver = { fd: found.fd, session: kept.session };
  if (!planned.ok) {
    process.stderr.write(`${planned.because}\n`);
    return { kind: "takeOver", plan: kept.plan, takeOver, note: `${kept.plan.config} has errors, all stays as it was` };
  }
  if (planned.plan.effect.remount !== kept.plan.effect.remount) return { kind: "mount" };
  return { kind: "takeOver", plan: planned.plan, takeOver, note: "" };
}

/** A mount that cannot be gone on with: whoever uses it gets errors, and the place is free. */
function letGo({ fd, name }: StoredDescriptor, at: string): void {
  forgetDescriptor(name);
  const there = findMount(at);
  if (there !== undefined && storedName(there.device) === name) unmountFuse(at, { force: true, lazy: true });
  closeSync(fd);
}

function end(teller: Teller, failure: Parameters<Teller["failed"]>[0], because: string): void {
  process.exit(teller.failed(failure, because));
}

/** The journal has every error of the configuration; the status the first. */
function endWrong(teller: Teller, { failure, because }: Extract<ReturnType<typeof planMount>, { ok: false }>): void {
  const [first = "", ...rest] = because.split("\n");
  if (rest.length > 0) process.stderr.write(`${because}\n`);
  end(teller, failure, first);
}

/** As systemd does for mounts, it makes the directory. @returns Why nothing can be mounted there. */
async function preparePlace(at: string): Promise<string | undefined> {
  try {
    mkdirSync(at, { recursive: true, mode: 0o755 });
  } catch (error) {
    // A mount whose daemon has died is in the way: it is cleared away now. All else is told then, too.
    if ((error as NodeJS.ErrnoException).code !== "ENOTCONN") return (error as Error).message;
  }
  const place = await prepareMountPoint(at, say);
  if (!place.ok) return place.because ?? place.errno;
  if (place.value !== at) return `${at}: leads through a symbolic link to ${place.value}; write that path in the file`;
  return undefined;
}

function main(): void {
  nameProcess("pohmelfs-mountd");
  const parsed = parseMountdArguments(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`pohmelfs-mountd: ${parsed.because}\nTry 'pohmelfs-mountd --help'.\n`);
    process.exitCode = 2;
  } else if (parsed.value.kind === "help") process.stdout.write(usageText(MOUNTD_USAGE));
  else if (parsed.value.kind === "version") process.stdout.write(`pohmelfs-mountd ${VERSION}\n`);
  else if (parsed.value.kind === "order") startByOrder();
  else void startByUnit(parsed.value);
}

if (isMainThread) main();
else {
  runMount(workerData as MountStart);
}
