import { join } from "node:path";
import { existsSync } from "node:fs";
import { run } from "../../test/support/run.ts";
import { generate } from "./generator.ts";
import type { FileSystem } from "./file-system.ts";

/** A tree as a project's sources are, in a local directory, and packed. */
export type Tree = {
  /** The tree, unpacked; to know what to ask for. */
  readonly path: string;
  /** tar(5) of the directory `tree` without `.git`. */
  readonly archive: string;
  /** tar(5) of `tree/.git`: one commit of all. */
  readonly repository: string;
  readonly files: number;
};

/** Eight files a directory, ten directories in one above them; 6.5 KiB on average, most are smaller; text. */
const MAKE = `
words = ("lease", "member", "group", "export", "journal", "version", "(int)", "{", "}", "return", "0x1f", "= 12;")
random.seed(5)
text = " ".join(random.choice(words) for _ in range(20000)).replace("; ", ";\\n")
for at in range(A["files"]):
    directory = "tree/part-%d/of-%d" % (at // 80, at // 8 % 10)
    if at % 8 == 0: os.makedirs(directory)
    size = min(int(random.lognormvariate(8.0, 1.2)), 60000)
    begin = random.randrange(1000)
    path = "%s/file-%d.c" % (directory, at)
    with open(path, "w") as file: file.write(text[begin:begin + size])
    os.utime(path, (1.7e9 + at, 1.7e9 + at))
`;

/** @param folder An empty directory of a local file system. */
export async function makeTree(folder: string, files: number): Promise<Tree> {
  await generate(MAKE, folder, { files });
  const path = join(folder, "tree");
  await run(["tar", "-cf", "tree.tar", "tree"], { cwd: folder });
  const by = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"] as const;
  await run(["git", "init", "-q"], { cwd: path });
  await run(["git", "add", "."], { cwd: path });
  await run(["git", ...by, "commit", "-q", "-m", "all"], { cwd: path });
  await run(["git", "gc", "-q"], { cwd: path });
  await run(["rm", "-rf", ".git/hooks", ".git/logs"], { cwd: path });
  await run(["tar", "-cf", "repository.tar", "tree/.git"], { cwd: folder });
  return { path, archive: join(folder, "tree.tar"), repository: join(folder, "repository.tar"), files };
}

export const GIT_STATUS = ["git", "-c", "safe.directory=*", "status", "--short"] as const;

/** Unpacks the tree at the root of the mount, unless it is there, for all who only read it. @returns Its path. */
export async function standingTree(system: FileSystem, tree: Tree): Promise<string> {
  const path = join(system.at, "tree");
  if (existsSync(join(path, ".git"))) return path;
  await run(["tar", "-xf", tree.archive], { cwd: system.at, limitMs: 600_000 });
  await run(["tar", "-xf", tree.repository], { cwd: system.at, limitMs: 600_000 });
  // Git believes the times of files only after it has compared them all once.
  for (let time = 0; time < 2; time += 1) await run(GIT_STATUS, { cwd: path });
  await system.barrier();
  return path;
}
