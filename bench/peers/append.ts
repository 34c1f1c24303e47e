import { ofSshfs, ofTwoCopies } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const PROGRAM = `
line = b"a line of a log, as many programs write it: open, append, close. " * 2
def append():
    for at in range(A["count"]):
        fd = os.open(A["name"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(fd, line)
        os.close(fd)
timed("append, reopen", append)
size = os.stat(A["name"]).st_size
if size != len(line) * A["count"]: raise SystemExit("%d bytes instead of %d" % (size, len(line) * A["count"]))
os.unlink(A["name"])
`;

/** A line at the end of a file that is opened anew for each. */
export const append: Workload = {
  name: "append",
  figures: [{ name: "append, reopen", unit: "/s", bars: [ofTwoCopies(1.5), ofSshfs(1)] }],
  run: async ({ system, sizes, name }) => {
    const count = Math.ceil(sizes.files / 2);
    return rates(await generate(PROGRAM, system.at, { count, name }), { "append, reopen": count });
  },
};
