import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atMost } from "./bars.ts";
import { generate } from "./generator.ts";
import { Ours } from "./ours.ts";
import type { Workload } from "./workload.ts";

const MAKE = `
for at in range(A["objects"]):
    directory = "%s/%s/of-%d" % (A["name"], "first" if at < A["objects"] / 2 else "second", at // 100)
    if at % 100 == 0: os.makedirs(directory)
    os.close(os.open("%s/file-%d" % (directory, at), os.O_WRONLY | os.O_CREAT, 0o644))
`;
const WALK = `
timed("walk", command, "ls", "-lR", A["below"])
`;
const REMOVE = `
timed("remove", command, "rm", "-r", A["name"])
`;
const BAR_MIB = 250;

/** @returns MiB of a process that are in memory. */
function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** What the daemons have in memory after a walk over many files, in daemons that were just started. */
export const memory: Workload = {
  name: "memory",
  oursOnly: true,
  figures: [
    { name: "mount daemon's memory", unit: "MiB", bars: [atMost(BAR_MIB)] },
    { name: "fserver's memory", unit: "MiB", bars: [atMost(BAR_MIB)] },
    { name: "mount daemon, a further object", unit: "B", bars: [] },
    { name: "fserver, a further object", unit: "B", bars: [] },
  ],
  run: async ({ system, name, sizes: { objects } }) => {
    if (!(system instanceof Ours)) return new Map();
    await generate(MAKE, system.at, { name, objects });
    await system.barrier();
    const [mount] = system.cluster.mounts;
    await mount.unmount();
    for (const server of system.cluster.servers) {
      await server.stop();
      await server.start();
    }
    await mount.mount();
    const of = (): { mount: number; server: number } => ({
      mount: residentMiB(mount.pid),
      server: Math.max(...system.cluster.servers.map(({ pid }) => residentMiB(pid))),
    });
    const atStart = of();
    await generate(WALK, system.at, { below: join(name, "first") });
    const half = of();
    await generate(WALK, system.at, { below: join(name, "second") });
    const all = of();
    await generate(REMOVE, system.at, { name });
    const each = (more: number): number => (more * 2 ** 20) / (objects / 2);
    return new Map([
      ["mount daemon's memory", all.mount],
      ["fserver's memory", all.server],
      ["mount daemon, a further object", each(all.mount - half.mount)],
      ["fserver, a further object", each(all.server - half.server)],
      ["mount daemon's memory at the start", atStart.mount],
      ["fserver's memory at the start", atStart.server],
    ]);
  },
};
