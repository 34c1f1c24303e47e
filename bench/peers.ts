/**
 * Ours beside other file systems, by turns in one run, with the bars that ours is held to: README.md tells how.
 *
 *     PEERS=DIR node --import tsx bench/peers.ts [--help]
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { freshFolder } from "./fresh-folder.ts";
import type { FileSystem } from "./peers/file-system.ts";
import type { Measurement } from "./peers/measurement.ts";
import { type Options, readOptions, USAGE } from "./peers/options.ts";
import { Ours } from "./peers/ours.ts";
import { ScriptPeer } from "./peers/script-peer.ts";
import { short, table } from "./peers/table.ts";
import { makeTree, type Tree } from "./peers/tree.ts";
import type { Workload } from "./peers/workload.ts";

/** SIGTERM or SIGINT: what runs is measured to its end, then all is stopped, and what was found is told. */
let isEnough = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => (isEnough = true));

type Ready = { readonly systems: readonly FileSystem[]; readonly tree: Tree; readonly options: Options };

/** Repetition by repetition, each file system in turn, so that what else the machine does is shared by all. */
async function measureAll({ systems, tree, options }: Ready, all: Measurement[]): Promise<void> {
  for (const workload of options.workloads) {
    for (let repetition = 0; repetition < options.repeat; repetition += 1) {
      const first = repetition % systems.length;
      for (const system of [...systems.slice(first), ...systems.slice(0, first)]) {
        if (isEnough) return;
        if (workload.oursOnly === true && system.name !== "ours") continue;
        all.push(await measureOne(workload, system, tree, options, repetition));
      }
    }
  }
}

async function measureOne(
  workload: Workload,
  system: FileSystem,
  tree: Tree,
  { sizes }: Options,
  repetition: number,
): Promise<Measurement> {
  const [load = 0] = loadavg();
  const name = `bench-${repetition}`;
  const figures = Object.fromEntries(await workload.run({ system, tree, sizes, name }));
  // What it still has to do is not the next one's.
  await system.barrier();
  const told = workload.figures.map((figure) => `${figure.name} ${short(figures[figure.name] ?? Number.NaN)}`);
  console.error(`${workload.name} ${repetition + 1} ${system.name} (load ${load.toFixed(1)}): ${told.join("; ")}`);
  return { workload: workload.name, system: system.name, repetition, load, figures };
}

/** @returns Whether all could be measured. */
async function main(options: Options): Promise<boolean> {
  const folder = freshFolder();
  const mounts = join(folder, "mounts");
  mkdirSync(mounts);
  const all: Measurement[] = [];
  const started: FileSystem[] = [];
  let failure: unknown;
  try {
    const tree = await makeTree(folder, options.sizes.files);
    for (const name of options.systems) {
      const system = name === "ours" ? new Ours(options.mountOptions) : new ScriptPeer(options.scripts, name, mounts);
      started.push(system);
      await system.start();
    }
    await measureAll({ systems: started, tree, options }, all);
  } catch (error) {
    failure = error;
  }
  for (const system of started) await system.stop().catch((error: unknown) => (failure ??= error));
  // Whatever is still mounted below stays as it is.
  if (failure === undefined) rmSync(folder, { recursive: true, force: true });
  const loads = all.map(({ load }) => load);
  console.log(table(options.workloads, options.systems, all).join("\n"));
  console.log(
    `medians of ${options.repeat}; load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`,
  );
  const { sizes, repeat } = options;
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ sizes, repeat, measurements: all }));
  if (failure !== undefined) console.error(failure);
  return failure === undefined;
}

const words = process.argv.slice(2);
if (words.includes("--help") || words.includes("-h")) console.log(USAGE);
else {
  const options = readOptions(words, process.env);
  if (typeof options === "string") console.error(`${options}\n${USAGE}`);
  process.exitCode = typeof options !== "string" && (await main(options)) ? 0 : 1;
}
