import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { type RunOptions, run, shell } from "../../support/run.ts";
import type { Programs } from "../program.ts";

const env = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_CONFIG_NOSYSTEM: "1",
};
const git = (cwd: string, ...words: string[]): Promise<string> => run(["git", ...words], { cwd, env } as RunOptions);

async function makeHistory(repository: string, commits: number): Promise<void> {
  mkdirSync(repository);
  await git(repository, "init", "-q", "-b", "main");
  for (let number = 1; number <= commits; number++) {
    await shell(
      `mkdir -p folder-${number}; for i in 1 2 3 4 5; do seq ${number}$i 1${number}$i >folder-${number}/$i; done; seq ${number} 500 >common`,
      { cwd: repository },
    );
    await git(repository, "add", "-A");
    await git(repository, "commit", "-q", "-m", `commit ${number}`);
  }
}

export const gitPrograms: Programs = {
  "git init, add, commit, gc, fsck and clone work, and find nothing wrong": {
    needs: ["git"],
    run: async (dir) => {
      const repository = `${dir}/repository`;
      await makeHistory(repository, 6);
      assert.equal(await git(repository, "status", "--porcelain"), "");
      await git(repository, "gc", "-q", "--aggressive", "--prune=now");
      await git(repository, "fsck", "--full", "--strict");
      await git(dir, "clone", "-q", repository, "hardlinked");
      await git(dir, "clone", "-q", "--no-hardlinks", "--bare", repository, "bare.git");
      await git(dir, "clone", "-q", "bare.git", "third");
      for (const clone of ["hardlinked", "bare.git", "third"]) await git(`${dir}/${clone}`, "fsck", "--full");
      assert.equal((await git(`${dir}/third`, "rev-list", "--count", "HEAD")).trim(), "6");
    },
  },
  "git switches, merges, rebases, stashes and pushes": {
    needs: ["git"],
    run: async (dir) => {
      const repository = `${dir}/repository`;
      await makeHistory(repository, 3);
      await git(repository, "switch", "-q", "-c", "side", "HEAD~1");
      await shell("echo side >side-file", { cwd: repository });
      await git(repository, "add", "-A");
      await git(repository, "commit", "-q", "-m", "side");
      await git(repository, "rebase", "-q", "main");
      await git(repository, "switch", "-q", "main");
      await git(repository, "merge", "-q", "--no-ff", "-m", "merged", "side");
      assert.ok(existsSync(`${repository}/side-file`));
      await shell("echo changed >common", { cwd: repository });
      await git(repository, "stash", "-q");
      await git(repository, "stash", "pop", "-q");
      await git(repository, "commit", "-q", "-a", "-m", "changed");
      await git(dir, "init", "-q", "--bare", "-b", "main", "target.git");
      await git(repository, "push", "-q", `${dir}/target.git`, "main", "side");
      await git(`${dir}/target.git`, "fsck", "--full");
      assert.equal(await git(repository, "status", "--porcelain"), "");
    },
  },
};
