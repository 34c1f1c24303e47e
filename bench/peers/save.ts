import { ofNetworked } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const PROGRAM = `
os.mkdir(A["name"])
data = b"x" * 5000
target, beside = A["name"] + "/text", A["name"] + "/.text.new"
def save():
    for at in range(A["count"]):
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(fd, data)
        os.fsync(fd)
        os.close(fd)
        os.rename(beside, target)
timed("save", save)
command("rm", "-r", A["name"])
`;

/** As an editor saves: write beside, fsync, rename over. */
export const save: Workload = {
  name: "save",
  figures: [{ name: "save", unit: "/s", bars: [ofNetworked(4)] }],
  run: async ({ system, sizes: { files }, name }) => {
    const count = Math.ceil(files / 5);
    return rates(await generate(PROGRAM, system.at, { count, name }), { save: count });
  },
};
