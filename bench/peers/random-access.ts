import { makeCold } from "./cold.ts";
import { ofSshfs, ofTwoCopies } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const MAKE = `
with open(A["name"], "wb") as file:
    for at in range(A["mebibytes"]): file.write(os.urandom(1 << 20))
    os.fsync(file.fileno())
`;
const USE = `
random.seed(7)
pages = A["mebibytes"] * 256
piece = os.urandom(4096)
fd = os.open(A["name"], os.O_RDWR)
def read():
    for at in range(A["reads"]): os.pread(fd, 4096, random.randrange(pages) * 4096)
def write():
    for at in range(A["writes"]):
        os.pwrite(fd, piece, random.randrange(pages) * 4096)
        os.fsync(fd)
timed("random read", read)
timed("random write, fsync", write)
os.close(fd)
os.unlink(A["name"])
`;

/** Pages of 4 KiB at random places of a file of a quarter of the large one's size, in a fresh mount. */
export const randomAccess: Workload = {
  name: "random",
  figures: [
    { name: "random read", unit: "/s", bars: [ofTwoCopies(1.5), ofSshfs(1)] },
    { name: "random write, fsync", unit: "/s", bars: [ofTwoCopies(1.5), ofSshfs(1)] },
  ],
  run: async ({ system, sizes, name }) => {
    const words = {
      name,
      mebibytes: Math.ceil(sizes.mebibytes / 4),
      reads: sizes.files,
      writes: Math.ceil(sizes.files / 5),
    };
    await generate(MAKE, system.at, words);
    await makeCold(system);
    const found = await generate(USE, system.at, words);
    return rates(found, { "random read": words.reads, "random write, fsync": words.writes });
  },
};
