import { ofNetworked } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const PROGRAM = `
os.mkdir(A["name"])
paths = ["%s/file-%d" % (A["name"], at) for at in range(A["files"])]
data = b"x" * 1000
def create():
    for path in paths:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(fd, data)
        os.close(fd)
def unlink():
    for path in paths: os.unlink(path)
timed("create", create)
timed("unlink", unlink)
os.rmdir(A["name"])
`;

/** Files of 1,000 bytes in one directory. */
export const create: Workload = {
  name: "create",
  figures: [
    { name: "create", unit: "/s", bars: [ofNetworked(4)] },
    { name: "unlink", unit: "/s", bars: [ofNetworked(4)] },
  ],
  run: async ({ system, sizes: { files }, name }) =>
    rates(await generate(PROGRAM, system.at, { files, name }), { create: files, unlink: files }),
};
