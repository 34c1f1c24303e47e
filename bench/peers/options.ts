import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Sizes, Workload } from "./workload.ts";
import { WORKLOADS } from "./workloads.ts";

const SYSTEMS = ["ours", "ext4", "passthrough", "gluster", "moosefs", "sshfs"];

export const USAGE = `usage: node --import tsx bench/peers.ts [options], as root
  --peers DIR        scripts that start other file systems (or PEERS=DIR); without it: ours alone
  --on NAME,...      of ${SYSTEMS.join(", ")} (default: all that DIR has)
  --only NAME,...    of ${WORKLOADS.map(({ name }) => name).join(", ")} (default: all)
  --repeat N         repetitions (default 3)
  --files N          small files (default 5000)
  --mib N            size of the large file (default 256)
  --objects N        files that are walked for the memory they take (default 100000)
  -o WORDS           mount options for ours
  --json FILE        every measurement`;

export type Options = {
  readonly scripts: string;
  readonly systems: readonly string[];
  readonly workloads: readonly Workload[];
  readonly repeat: number;
  readonly sizes: Sizes;
  readonly mountOptions: readonly string[];
  readonly json: string | undefined;
};

/** @returns What to do, or what is wrong with the words. */
export function readOptions(words: readonly string[], env: NodeJS.ProcessEnv): Options | string {
  const text = { type: "string" } as const;
  const many = { peers: text, on: text, only: text, repeat: text, files: text, mib: text, objects: text, json: text };
  try {
    const { values } = parseArgs({ args: [...words], options: { ...many, o: { type: "string", short: "o" } } });
    const scripts = values.peers ?? env["PEERS"] ?? "";
    const there = SYSTEMS.filter((name) => name === "ours" || (scripts !== "" && existsSync(join(scripts, name))));
    const workloads = pick(
      values.only,
      WORKLOADS.map(({ name }) => name),
    );
    return {
      scripts,
      systems: pick(values.on, there),
      workloads: WORKLOADS.filter(({ name }) => workloads.includes(name)),
      repeat: count(values.repeat, 3),
      sizes: {
        files: count(values.files, 5_000),
        mebibytes: count(values.mib, 256),
        objects: count(values.objects, 100_000),
      },
      mountOptions: values.o?.split(",") ?? [],
      json: values.json,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pick(given: string | undefined, all: readonly string[]): readonly string[] {
  if (given === undefined) return all;
  const names = given.split(",");
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`no '${unknown}': there are ${all.join(", ")}`);
  return all.filter((name) => names.includes(name));
}

function count(given: string | undefined, or: number): number {
  const value = Number(given ?? or);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`'${given}' is no whole number above 0`);
  return value;
}
