import { ofNetworked } from "./bars.ts";
import { generate } from "./generator.ts";
import type { Workload } from "./workload.ts";

const PROGRAM = `
found = []
for directory, below, files in os.walk(A["tree"]):
    if ".git" in below: below.remove(".git")
    to = A["name"] + directory[len(A["tree"]):]
    found.append((to, None))
    for file in files:
        with open(directory + "/" + file, "rb") as source: found.append((to + "/" + file, source.read()))
def unpack():
    for path, data in found:
        if data is None: os.mkdir(path)
        else:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.write(fd, data)
            os.utime(fd, (1.7e9, 1.7e9))
            os.fsync(fd)
            os.close(fd)
timed("untar, fsync each", unpack)
command("rm", "-r", A["name"])
`;

/** The same files, with an fsync before each is closed. */
export const untarFsync: Workload = {
  name: "untar-fsync",
  figures: [{ name: "untar, fsync each", unit: "s", bars: [ofNetworked(1 / 4)] }],
  run: ({ system, tree, name }) => generate(PROGRAM, system.at, { tree: tree.path, name }),
};
