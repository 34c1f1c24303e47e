import { atMost, ofNetworked, ofPassthrough } from "./bars.ts";
import { generate } from "./generator.ts";
import { processorMs } from "./processor-time.ts";
import type { Workload } from "./workload.ts";

const UNPACK = `
timed("untar alone", command, "tar", "-xf", A["archive"], "-C", A["name"])
`;
const REMOVE = `
timed("rm -r", command, "rm", "-r", A["name"])
`;

/** Unpacks many small files as root, waits until they are at the servers, and removes them. */
export const untar: Workload = {
  name: "untar",
  figures: [
    { name: "untar, barrier", unit: "s", bars: [ofPassthrough(1), ofNetworked(1 / 5)] },
    { name: "daemons' CPU a file", unit: "ms", bars: [atMost(2.9)] },
    { name: "rm -r", unit: "s", bars: [ofNetworked(1 / 4)] },
  ],
  run: async ({ system, tree, name }) => {
    await generate(`os.mkdir(A["name"])`, system.at, { name });
    await system.barrier();
    const pids = await system.pids();
    const before = processorMs(pids);
    const unpacked = await generate(UNPACK, system.at, { archive: tree.archive, name });
    const began = performance.now();
    await system.barrier();
    const barrier = (performance.now() - began) / 1000;
    const cpu = (processorMs(pids) - before) / tree.files;
    const removed = await generate(REMOVE, system.at, { name });
    const after = performance.now();
    await system.barrier();
    return new Map([
      ...unpacked,
      ...removed,
      ["untar, barrier", (unpacked.get("untar alone") ?? 0) + barrier],
      ["daemons' CPU a file", cpu],
      ["barrier after rm -r", (performance.now() - after) / 1000],
    ]);
  },
};
