import { makeCold } from "./cold.ts";
import { ofTwoCopies } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const WRITE = `
piece = os.urandom(1 << 20)
def write():
    fd = os.open(A["name"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    for at in range(A["mebibytes"]): os.write(fd, piece)
    os.fsync(fd)
    os.close(fd)
timed("write, fsync", write)
`;
const READ = `
buffer = bytearray(1 << 20)
def read():
    fd = os.open(A["name"], os.O_RDONLY)
    while os.readv(fd, [buffer]) > 0: pass
    os.close(fd)
timed("read, cold", read)
os.unlink(A["name"])
`;

/** A large file: written from its beginning to its end with one fsync, and read in a fresh mount; a MiB a call. */
export const sequential: Workload = {
  name: "sequential",
  figures: [
    { name: "write, fsync", unit: "MB/s", bars: [ofTwoCopies(1.5)] },
    { name: "read, cold", unit: "MB/s", bars: [ofTwoCopies(1.5)] },
  ],
  run: async ({ system, sizes: { mebibytes }, name }) => {
    const written = await generate(WRITE, system.at, { name, mebibytes });
    await makeCold(system);
    const read = await generate(READ, system.at, { name });
    const megabytes = mebibytes * 1.048576;
    return rates(new Map([...written, ...read]), { "write, fsync": megabytes, "read, cold": megabytes });
  },
};
