import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { WANTED } from "./core/negotiate.ts";
import { type MountedTree, mountTree } from "./testing/mount-tree.ts";
import { whyNotMount } from "./testing/why-not.ts";

const FILES = 500;
const LONG = { entrySeconds: 3600, attributeSeconds: 3600 };
/** What `noxattr,nolock` leaves of what is asked for at INIT. */
const BARE = {
  ...WANTED,
  features: WANTED.features.filter((feature) => !["posixLocks", "flockLocks", "posixAcl"].includes(feature)),
};

async function withTree(
  options: Parameters<typeof mountTree>[0],
  use: (tree: MountedTree) => Promise<void>,
): Promise<void> {
  const tree = await mountTree({ validity: LONG, ...options });
  try {
    await use(tree);
    assert.deepEqual(tree.faults, []);
  } finally {
    await tree.close();
  }
}

async function says(tree: MountedTree, command: string): Promise<string> {
  const ran = await tree.run(command);
  assert.equal(ran.code, 0, `${command}: ${ran.code} ${ran.err}`);
  return ran.out.trimEnd();
}

describe("requests of the kernel", { skip: whyNotMount(), timeout: 60_000 }, () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pohmelfs-untar-"));
    for (let i = 0; i < FILES; i += 1) {
      const directory = join(folder, "tree", `d${i % 5}`);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `file-${i}`), Buffer.alloc(3000, i));
    }
    execFileSync("tar", ["-cf", join(folder, "archive"), "-C", folder, "tree"]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function perFile(tree: MountedTree): Promise<number> {
    const begun = (await tree.tell({ kind: "count" })) ?? Number.NaN;
    await says(tree, `tar -xf ${join(folder, "archive")}`);
    // RELEASE comes some time after close(2).
    await new Promise((settle) => setTimeout(settle, 300));
    const requests = ((await tree.tell({ kind: "count" })) ?? Number.NaN) - begun;
    await says(tree, `diff -r tree ${join(folder, "tree")}`);
    return requests / FILES;
  }

  test("unpacking costs root 11.5 a file where all is offered", () =>
    withTree({}, async (tree) => {
      const found = await perFile(tree);
      assert.ok(found <= 11.5, `${found}`);
    }));

  test("unpacking costs root 7.5 a file without handles, locks and xattrs", () =>
    withTree({ wanted: BARE, handles: false }, async (tree) => {
      const found = await perFile(tree);
      assert.ok(found <= 7.5, `${found}`);
    }));
});

describe("a mount without handles", { skip: whyNotMount(), timeout: 60_000 }, () => {
  const bare = (use: (tree: MountedTree) => Promise<void>): Promise<void> =>
    withTree({ wanted: BARE, handles: false, seen: true }, use);

  test("files are written, read, cut, appended to and renamed", () =>
    bare(async (tree) => {
      assert.equal(await says(tree, "echo one > a && echo two >> a && cat a"), "one\ntwo");
      assert.equal(await says(tree, "echo new > a && cat a && mv a b && cat b && rm b && ls"), "new\nnew");
      assert.equal(await says(tree, "set -C; echo x > c; echo y > c || cat c"), "x");
      assert.equal((await tree.run("python3 -c \"import os; open('c'); os.getxattr('c', 'user.a')\"")).code, 1);
    }));

  test("what has lost its name is held open until nobody has it open", () =>
    bare(async (tree) => {
      const script = [
        "import os, sys, time",
        "file = open('f', 'w+b')",
        "file.write(b'still here')",
        "file.flush()",
        "os.unlink('f')",
        "file.seek(0)",
        "print(file.read().decode())",
        "open('there', 'w').close()",
        "while not os.path.exists('go'): time.sleep(0.01)",
      ].join("\n");
      const user = tree.run(`python3 -c "${script}"`);
      for (let left = 500; (await tree.run("test -e there")).code !== 0; left -= 1) assert.ok(left > 0);
      assert.ok(tree.seen.includes("open") && !tree.seen.includes("release"));
      await says(tree, "touch go");
      assert.equal((await user).out.trim(), "still here");
      await tree.sees("release");
    }));

  test("what a rename takes the name of is held open, what keeps its name is not", () =>
    bare(async (tree) => {
      await says(tree, "echo old > a; echo new > b; exec 3< a; mv b a; cat <&3 | grep -q old; cat a | grep -q new");
      await tree.sees("release");
      const before = tree.seen.length;
      assert.notEqual((await tree.run("rmdir a")).code, 0);
      await says(tree, "mkdir d && mv a d && mv -n d/a c");
      assert.ok(!tree.seen.slice(before).includes("open"));
    }));
});
