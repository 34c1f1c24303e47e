import { atMost } from "./bars.ts";
import { generate } from "./generator.ts";
import { Ours } from "./ours.ts";
import type { Workload } from "./workload.ts";

/** The other mount knows that the name was not there, and the directory as it was. */
const PROGRAM = `
os.mkdir(A["name"])
there = A["there"] + "/" + A["name"]
data = os.urandom(3000)
waited = []
def see(path):
    try:
        with open(path, "rb", buffering=0) as file: return file.read() == data
    except FileNotFoundError: return False
for at in range(A["count"]):
    name = "/file-%d" % at
    see(there + name)
    os.listdir(there)
    with open(A["name"] + name, "wb") as file: file.write(data)
    closed = time.perf_counter()
    while not see(there + name):
        if time.perf_counter() - closed > 10: raise SystemExit("the other mount does not see " + name)
    waited.append((time.perf_counter() - closed) * 1000)
waited.sort()
F["second view, median"] = waited[len(waited) // 2]
F["second view, p99"] = waited[len(waited) * 99 // 100]
command("rm", "-r", A["name"])
`;

/** How long after close(2) a file that is new is seen, with what is in it, by another mount that knew it was not there. */
export const secondView: Workload = {
  name: "view",
  oursOnly: true,
  figures: [
    { name: "second view, median", unit: "ms", bars: [] },
    { name: "second view, p99", unit: "ms", bars: [atMost(10)] },
  ],
  run: async ({ system, name, sizes: { files } }) => {
    if (!(system instanceof Ours)) return new Map();
    await system.second.mount();
    try {
      return await generate(PROGRAM, system.at, { name, there: system.second.at, count: Math.max(100, files / 10) });
    } finally {
      await system.second.unmount();
    }
  },
};
