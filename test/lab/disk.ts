import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/run.ts";

/** What a host keeps when it is off. */
export type Disk = {
  /** Has `upper`, `work` and `root` (the overlay), `fuse` (a device node), `console` (what the host printed). */
  readonly path: string;
  readonly machineId: string;
  /** Directories of this machine's disk, and where the host has them: real file systems, as exports need them. */
  readonly fileSystems: readonly (readonly [from: string, to: string])[];
};

/** @param fileSystems Paths that shall not lie on the host's root, which is an overlay and can hold no export. */
export async function makeDisk(
  path: string,
  machineId: string,
  files: Readonly<Record<string, string>>,
  fileSystems: readonly string[],
): Promise<Disk> {
  for (const name of ["upper", "work", "root"]) mkdirSync(join(path, name), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, "upper", name, ".."), { recursive: true });
    writeFileSync(join(path, "upper", name), text);
  }
  // A node of its own: the host's systemd-tmpfiles sets the mode, which would be that of the machine's /dev/fuse.
  await run(["mknod", "-m", "666", join(path, "fuse"), "c", "10", "229"]);
  return { path, machineId, fileSystems: fileSystems.map((to, index) => [makeFileSystem(path, index), to] as const) };
}

function makeFileSystem(path: string, index: number): string {
  const from = join(path, `file-system-${index}`);
  mkdirSync(from);
  return from;
}
