import { makeCold } from "./cold.ts";
import { ofExt4, ofNetworked } from "./bars.ts";
import { generate } from "./generator.ts";
import { GIT_STATUS, standingTree } from "./tree.ts";
import type { Workload } from "./workload.ts";

/** The least of some walks: what the cache makes of it, not what else the machine does. */
const WARM = `
for time_ in range(4):
    timed("%d" % time_, walk)
F = {A["figure"]: min(F["1"], F["2"], F["3"]), A["figure"] + " own": F["3 own"]}
`;
const COLD = `
timed(A["figure"], walk)
`;

/** @param load Python that defines `walk`. */
const walker = (name: string, load: string, codes: readonly number[] = [0]): Workload => ({
  name,
  figures: [
    { name: `${name}, warm`, unit: "s", bars: [ofExt4(2)] },
    { name: `${name}, cold`, unit: "s", bars: [ofNetworked(1 / 1.5)] },
  ],
  run: async ({ system, tree }) => {
    const at = await standingTree(system, tree);
    await makeCold(system);
    const cold = await generate(load + COLD, at, { figure: `${name}, cold`, codes, tree: tree.path });
    const warm = await generate(load + WARM, at, { figure: `${name}, warm`, codes, tree: tree.path });
    return new Map([...cold, ...warm]);
  },
});

const command = (words: readonly string[]): string =>
  `walk = lambda: command(${words.map((word) => JSON.stringify(word)).join(", ")})\n`;

const STAT = `
paths = []
for directory, below, files in os.walk(A["tree"]):
    if ".git" in below: below.remove(".git")
    for name in below + files: paths.append((directory + "/" + name)[len(A["tree"]) + 1:])
def walk():
    for path in paths: os.lstat(path)
`;

/** What only looks at a tree: in a fresh mount, and again. grep looks for what is nowhere, so that it reads all. */
export const walks: readonly Workload[] = [
  walker("find", command(["find", "."])),
  walker("ls -lR", command(["ls", "-lR"])),
  walker("grep -r", command(["grep", "-r", "nowhere-in-these"]), [1]),
  walker("git status", command(GIT_STATUS)),
  walker("stat", STAT),
];
