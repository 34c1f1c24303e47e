import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadFuseNative } from "./mount-fuse-native.ts";
import { findMount, unmountFuse } from "./mount.ts";
import { type MountedTree, mountNativeTree } from "./testing/mount-tree.ts";
import { whyNotMount } from "./testing/why-not.ts";

async function whyNot(): Promise<string | false> {
  const why = whyNotMount();
  if (why !== false) return why;
  const loaded = await loadFuseNative();
  return loaded.ok ? false : (loaded.because ?? "it cannot be loaded");
}

async function withTree(use: (tree: MountedTree) => Promise<void>): Promise<void> {
  const tree = await mountNativeTree();
  try {
    await use(tree);
  } finally {
    await tree.close();
  }
}

async function says(tree: MountedTree, command: string): Promise<string> {
  const ran = await tree.run(command);
  assert.equal(ran.code, 0, `${command}: ${ran.code} ${ran.err}`);
  return ran.out.trimEnd();
}

describe("the fuse-native transport", { skip: await whyNot(), timeout: 60_000 }, () => {
  test("files and directories are made, listed, read, renamed and removed", () =>
    withTree(async (tree) => {
      assert.equal(await says(tree, "echo hello > a && cat a && ls"), "hello\na");
      assert.equal(
        await says(tree, "mkdir -p d/e && mv a d/e/b && cat d/e/b && find . | sort"),
        "hello\n.\n./d\n./d/e\n./d/e/b",
      );
      assert.equal(await says(tree, "ln -s e/b d/link && readlink d/link && cat d/link"), "e/b\nhello");
      assert.equal(await says(tree, "ln d/e/b d/hard && stat -c '%h %s' d/hard"), "2 6");
      assert.equal(await says(tree, "chmod 640 d/hard && chown 7:8 d/hard && stat -c '%a %u:%g' d/e/b"), "640 7:8");
      assert.equal(await says(tree, "rm -r d && ls -a"), ".\n..");
      assert.equal((await tree.run("cat nothing")).err.trim(), "cat: nothing: No such file or directory");
    }));

  test("three megabytes come back as they went", () =>
    withTree(async (tree) => {
      const write = "head -c 3000000 /dev/zero | tr '\\0' x > f && truncate -s 2999999 f";
      assert.equal(await says(tree, `${write} && tr -d x < f | wc -c && wc -c < f`), "0\n2999999");
    }));

  test("unmounting ends the transport", () =>
    withTree(async (tree) => {
      assert.equal(findMount(tree.at)?.source, "tree");
      assert.ok(unmountFuse(tree.at).ok);
      assert.equal(await tree.ended, "unmounted");
    }));
});
