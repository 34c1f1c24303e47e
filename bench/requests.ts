/**
 * How many requests the kernel sends per file that root unpacks, by the mount's own count; as mounted by default and with
 * `noxattr,nolock`. Needs root and /dev/fuse; other work on the machine does not matter.
 *
 *     node --import tsx bench/requests.ts
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dist } from "../test/support/programs.ts";
import { run } from "../test/support/run.ts";
import { freshFolder } from "./fresh-folder.ts";
import { generate } from "./peers/generator.ts";
import { Ours } from "./peers/ours.ts";

/** Small enough for one WRITE each, when tar(1)'s blocks do not divide them; few directories. */
const MAKE = `
for at in range(A["files"]):
    os.makedirs("tree/of-%d" % (at // 100), exist_ok=True)
    with open("tree/of-%d/file-%d" % (at // 100, at), "w") as file: file.write("x" * 3000)
command("tar", "-cf", "tree.tar", "tree")
`;
const FILES = 500;

/** RELEASE comes some time after close(2). */
const SETTLE_MS = 500;

const CASES = [
  { options: [], bar: 11.5 },
  { options: ["noxattr", "nolock"], bar: 7.5 },
] as const;

type Mountstats = { readonly mounts: readonly { readonly requests: number }[] };

async function requests(ours: Ours): Promise<number> {
  const command = [process.execPath, dist("pohmelfs"), "mountstats", "--json", ours.at] as const;
  const { mounts } = JSON.parse(await run(command, { env: ours.cluster.env })) as Mountstats;
  return mounts[0]?.requests ?? Number.NaN;
}

async function perFile(archive: string, options: readonly string[]): Promise<number> {
  const ours = new Ours(options);
  try {
    await ours.start();
    const before = await requests(ours);
    await run(["tar", "-xf", archive], { cwd: ours.at });
    await sleep(SETTLE_MS);
    return ((await requests(ours)) - before) / FILES;
  } finally {
    await ours.stop();
  }
}

const folder = freshFolder();
try {
  await generate(MAKE, folder, { files: FILES });
  for (const { options, bar } of CASES) {
    const found = await perFile(join(folder, "tree.tar"), options);
    const verdict = found <= bar ? "held" : "MISSED";
    console.log(
      `${options.join(",") || "defaults"}: ${found.toFixed(2)} requests a file; the bar is ${bar}: ${verdict}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
