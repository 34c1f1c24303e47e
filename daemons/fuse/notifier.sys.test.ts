import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileName, oid } from "../core/brand.ts";
import type { Invalidation } from "./core/invalidation.ts";
import { WANTED } from "./core/negotiate.ts";
import type { OperationName } from "./core/request.ts";
import { unmountFuse } from "./mount.ts";
import { type MountedTree, mountTree } from "./testing/mount-tree.ts";
import { whyNotMount } from "./testing/why-not.ts";

/** As Linux before 6.16. */
const OLD = { ...WANTED, minorMost: 43 };
const LONG = { entrySeconds: 3600, attributeSeconds: 3600 };
/** The objects of the tree that each test begins with: `d/f` and `e/g`. */
const [d, f, e] = [oid(2), oid(3), oid(4)];
const NAME: Invalidation = { kind: "name", parent: d, name: fileName("f") };
const ATTRIBUTES: Invalidation = { kind: "attributes", oid: f };
const ALL: Invalidation = { kind: "all", oid: f };
/** Sooner than the transport gives up waiting for a name. */
const AT_ONCE_MS = 9;

async function withTree(use: (tree: MountedTree) => Promise<void>, wanted = WANTED): Promise<void> {
  const tree = await mountTree({ seen: true, validity: LONG, wanted });
  try {
    await says(tree, "mkdir d && echo 0123456789 > d/f && mkdir e && echo more > e/g && ls -lR >/dev/null");
    await use(tree);
    assert.deepEqual(tree.faults, []);
  } finally {
    void tree.tell({ kind: "release" });
    await tree.close();
  }
}

async function says(tree: MountedTree, command: string): Promise<string> {
  const ran = await tree.run(command);
  assert.equal(ran.code, 0, `${command}: ${ran.code} ${ran.err}`);
  return ran.out.trimEnd();
}

/** What a command has the kernel ask, but for what it tells at its own time. */
async function asks(tree: MountedTree, command: string): Promise<string> {
  const before = tree.seen.length;
  await says(tree, command);
  return tree.seen
    .slice(before)
    .filter((op) => !/forget|release/i.test(op))
    .join(" ");
}

/** Holds the request that a command sends while `use` runs. */
async function whileHeld(
  tree: MountedTree,
  [op, command]: readonly [OperationName, string],
  use: () => Promise<void>,
): Promise<void> {
  await tree.tell({ kind: "hold", op });
  const ran = tree.run(command);
  try {
    await tree.sees(`${op} held`);
    await use();
  } finally {
    void tree.tell({ kind: "release" });
    await ran;
  }
}

/** Quick on a machine that may be busy with something else: the best of some. */
async function best(tree: MountedTree, ...what: readonly Invalidation[]): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) times.push(await tree.invalidate(...what));
  return Math.min(...times);
}

const LOOKUP = ["lookup", "cat d/nothing"] as const;

describe("notifications", { skip: whyNotMount(), timeout: 60_000 }, () => {
  test("what the kernel is to forget is asked again, and nothing else", () =>
    withTree(async (tree) => {
      assert.equal(await asks(tree, "ls -l d/f"), "getxattr");
      await tree.invalidate(ATTRIBUTES);
      assert.match(await asks(tree, "ls -l d/f"), /^getattr/);
      await tree.invalidate(NAME);
      assert.match(await asks(tree, "ls -l d/f"), /lookup/);
      await says(tree, "cat d/f");
      assert.doesNotMatch(await asks(tree, "cat d/f"), /lookup/);
      await tree.invalidate(NAME, ATTRIBUTES, ALL, { kind: "name", parent: e, name: fileName("not there") });
      assert.match(await asks(tree, "ls -l d/f"), /lookup/);
    }));

  test("all names are looked up anew, and negative ones, where the kernel can be told so", () =>
    withTree(async (tree) => {
      if (tree.session.minor < 44) return;
      await tree.run("ls nothing");
      assert.equal(await asks(tree, "ls nothing; ls -l d/f e/g"), "getxattr getxattr");
      await tree.invalidate({ kind: "names" });
      const asked = await asks(tree, "ls nothing; ls -l d/f e/g");
      assert.equal(asked.split(" ").filter((op) => op === "lookup").length, 5);
    }));

  test("a name waits for a pending lookup in its directory no longer than it must, attributes and other names never", () =>
    withTree(async (tree) => {
      if (tree.session.minor < 44) return;
      await whileHeld(tree, LOOKUP, async () => {
        const name = tree.invalidate(NAME);
        assert.ok((await best(tree, ATTRIBUTES)) < AT_ONCE_MS);
        assert.ok((await best(tree, { kind: "name", parent: e, name: fileName("g") }, ALL)) < AT_ONCE_MS);
        assert.ok((await best(tree, { kind: "names" })) < AT_ONCE_MS);
        assert.ok((await name) >= AT_ONCE_MS);
      });
    }));

  test("where names cannot be expired, a name waits until the lookup is answered, and nothing else does", () =>
    withTree(
      (tree) =>
        whileHeld(tree, LOOKUP, async () => {
          const name = tree.invalidate(NAME);
          const waits = new Promise((settle) => setTimeout(() => settle("waits"), 300));
          assert.ok((await best(tree, ATTRIBUTES)) < AT_ONCE_MS);
          assert.equal(await Promise.race([name, waits]), "waits");
          assert.ok((await best(tree, { kind: "name", parent: e, name: fileName("g") }, ALL)) < AT_ONCE_MS);
          void tree.tell({ kind: "release" });
          await name;
        }),
      OLD,
    ));

  test("a file's pages wait for a pending read of it; what is told meanwhile goes by", () =>
    withTree((tree) =>
      whileHeld(tree, ["read", "cat d/f"], async () => {
        let over = false;
        const pages = tree.invalidate(ALL).then(() => {
          over = true;
        });
        const more = tree.invalidate(ALL, ATTRIBUTES).then(() => {
          over = true;
        });
        for (let i = 0; i < 20; i += 1) {
          assert.ok((await best(tree, ATTRIBUTES, NAME)) < 50);
          assert.ok((await best(tree, { kind: "all", oid: e })) < 50);
        }
        assert.equal(over, false);
        void tree.tell({ kind: "release" });
        await Promise.all([pages, more]);
      }),
    ));

  for (const [kernel, wanted] of [
    ["a new kernel", WANTED],
    ["an old kernel", OLD],
  ] as const) {
    test(`many directories that wait do not keep others from being told, with ${kernel}`, () =>
      withTree(async (tree) => {
        await says(tree, "for i in $(seq 20); do mkdir w$i; touch w$i/f; done");
        await tree.tell({ kind: "hold", op: "mkdir" });
        const ran = tree.run("for i in $(seq 20); do mkdir w$i/new & done; wait");
        for (let left = 500; tree.seen.filter((op) => op === "mkdir held").length < 20; left -= 1) {
          assert.ok(left > 0);
          await new Promise((settle) => setTimeout(settle, 10));
        }
        const names = Array.from({ length: 20 }, (_, i) =>
          tree.invalidate({ kind: "name", parent: oid(6 + 2 * i), name: fileName("f") }),
        );
        if (tree.session.minor >= 44) await Promise.all(names);
        else await new Promise((settle) => setTimeout(settle, 100));
        assert.ok((await best(tree, ATTRIBUTES, NAME)) < AT_ONCE_MS);
        void tree.tell({ kind: "release" });
        await Promise.all([...names, ran]);
      }, wanted));
  }

  test("dirty pages of a mapping are written before they are forgotten", () =>
    withTree(async (tree) => {
      const script = [
        "import mmap, os, sys, time",
        "file = open('d/f', 'r+b')",
        "os.ftruncate(file.fileno(), 1 << 20)",
        "pages = mmap.mmap(file.fileno(), 1 << 20)",
        "for at in range(0, 1 << 20, 4096): pages[at] = 65",
        "open('e/dirty', 'w').close()",
        "while not os.path.exists('e/told'): time.sleep(0.01)",
        "os._exit(0)",
      ].join("\n");
      const mapping = tree.run(`python3 -c "${script}"`);
      for (let left = 500; (await tree.run("ls e/dirty")).code !== 0; left -= 1) assert.ok(left > 0);
      const before = tree.seen.length;
      await tree.invalidate(ALL);
      const writes = tree.seen.slice(before).filter((op) => op === "write").length;
      assert.ok(writes >= 256, `${writes} writes`);
      await says(tree, "touch e/told");
      await mapping;
    }));

  test("a batch of thousands is one piece of work", () =>
    withTree(async (tree) => {
      const what = Array.from({ length: 3000 }, (_, i): Invalidation => ({ kind: "attributes", oid: oid(i + 2) }));
      await tree.invalidate(...what);
      assert.match(await asks(tree, "ls -l d/f"), /^getattr/);
    }));

  test("a mount that is ended by force while a notification waits ends at once", () =>
    withTree((tree) =>
      whileHeld(tree, ["read", "cat d/f"], async () => {
        void tree.invalidate(ALL);
        await best(tree, ATTRIBUTES);
        const began = performance.now();
        // Aborts the connection, whatever it returns: the reader may still be there.
        unmountFuse(tree.at, { force: true });
        assert.equal(await tree.ended, "unmounted");
        assert.ok(performance.now() - began < 2000);
      }),
    ));

  test("a transport that is closed while a notification waits lets go of the mount", () =>
    withTree((tree) =>
      whileHeld(tree, ["read", "cat d/f"], async () => {
        void tree.invalidate(ALL);
        await best(tree, ATTRIBUTES);
        const began = performance.now();
        void tree.tell({ kind: "close" });
        await tree.ended;
        assert.ok(performance.now() - began < 2000);
      }),
    ));
});
