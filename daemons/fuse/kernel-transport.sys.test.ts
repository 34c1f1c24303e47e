import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileName, oid } from "../core/brand.ts";
import { ERRNO } from "../core/errno.ts";
import { libc } from "../sys/libc.ts";
import { encodeNotification, type Notification } from "./core/encode-notification.ts";
import { memoryOf } from "./core/memory.ts";
import { WANTED } from "./core/negotiate.ts";
import { findMount, setReadahead, unmountFuse } from "./mount.ts";
import { type MountedTree, mountTree } from "./testing/mount-tree.ts";
import { whyNotMount } from "./testing/why-not.ts";

/** Each test has its own mount, which is gone at its end whatever happened. */
async function withTree(
  options: Parameters<typeof mountTree>[0],
  use: (tree: MountedTree) => Promise<void>,
): Promise<void> {
  const tree = await mountTree(options);
  try {
    await use(tree);
    assert.deepEqual(tree.faults, []);
  } finally {
    await tree.close();
  }
}

/** The command's output, which must succeed. */
async function says(tree: MountedTree, command: string): Promise<string> {
  const ran = await tree.run(command);
  assert.equal(ran.code, 0, `${command}: ${ran.code} ${ran.err}`);
  return ran.out.trimEnd();
}

describe("the kernel transport", { skip: whyNotMount(), timeout: 60_000 }, () => {
  test("files and directories are made, listed, read, renamed and removed", () =>
    withTree({}, async (tree) => {
      assert.equal(await says(tree, "echo hello > a && cat a && ls"), "hello\na");
      assert.equal(
        await says(tree, "mkdir -p d/e && mv a d/e/b && cat d/e/b && find . | sort"),
        "hello\n.\n./d\n./d/e\n./d/e/b",
      );
      assert.equal(await says(tree, "ln -s e/b d/link && readlink d/link && cat d/link"), "e/b\nhello");
      assert.equal(await says(tree, "ln d/e/b d/hard && stat -c '%h %s %F' d/hard"), "2 6 regular file");
      assert.equal(await says(tree, "chmod 640 d/hard && chown 7:8 d/hard && stat -c '%a %u:%g' d/e/b"), "640 7:8");
      assert.equal(
        await says(tree, "mkfifo p && mknod n c 1000 70000 && stat -c '%F %t %T' p n"),
        "fifo 0 0\ncharacter special file 3e8 11170",
      );
      assert.equal(await says(tree, "rm -r d p n && ls -a"), ".\n..");
      assert.equal((await tree.run("cat nothing")).err.trim(), "cat: nothing: No such file or directory");
    }));

  test("times come and go to the nanosecond, before 1970 too", () =>
    withTree({}, async (tree) => {
      await says(tree, "touch -d '1960-01-02 03:04:05.123456789 UTC' -- t");
      assert.equal(await says(tree, "TZ=UTC stat -c %y t"), "1960-01-02 03:04:05.123456789 +0000");
      assert.match(await says(tree, "stat -c %W t"), /^\d{10}$/);
    }));

  test("ten megabytes come back as they went, by requests of a megabyte", () =>
    withTree({ seen: true }, async (tree) => {
      assert.ok(setReadahead(tree.at, 1 << 20).ok);
      await says(
        tree,
        "head -c 10485760 /dev/urandom > /tmp/pohmelfs-tree-data.$$ && dd if=/tmp/pohmelfs-tree-data.$$ of=f bs=1M status=none && cmp f /tmp/pohmelfs-tree-data.$$; r=$?; rm /tmp/pohmelfs-tree-data.$$; exit $r",
      );
      assert.equal(tree.seen.filter((op) => op === "write").length, 10);
      await says(tree, "dd if=f of=/dev/null bs=1M iflag=direct status=none");
      assert.equal(tree.seen.filter((op) => op === "read").slice(-10).length, 10);
    }));

  test("data that is kept past its request stays what it was, whatever is read meanwhile", () =>
    withTree({ late: true }, async (tree) => {
      const write = "head -c 20000000 /dev/zero | tr '\\0' $i | dd of=$i bs=1M iflag=fullblock status=none";
      await says(tree, `for i in 1 2 3 4; do ${write} & done; wait`);
      assert.equal(
        await says(tree, "for i in 1 2 3 4; do wc -c < $i; tr -d $i < $i | wc -c; done | uniq -c | sort -u"),
        "      1 0\n      1 20000000",
      );
    }));

  test("a directory of 3,000 names is listed whole", () =>
    withTree({}, async (tree) => {
      assert.equal(
        await says(tree, "seq -f 'name-%05g' 3000 | xargs touch && ls | wc -l && ls -l | tail -1 | cut -c1-10"),
        "3000\n-rw-r--r--",
      );
    }));

  test("what a listing tells is believed for its own time, and what it does not tell is asked", () =>
    withTree({ seen: true, validity: { entrySeconds: 3600, attributeSeconds: 3600 } }, async (tree) => {
      await says(tree, "touch told-1 told-2 told-3 bare-1 bare-2 && echo 2 > /proc/sys/vm/drop_caches && sleep 0.2");
      const before = tree.seen.length;
      assert.equal(await says(tree, "ls -l | wc -l"), "6");
      const asked = tree.seen.slice(before).filter((op) => op === "lookup" || op === "getattr" || op === "statx");
      assert.deepEqual(asked, ["getattr", "lookup", "lookup"]);
    }));

  test("a link's target is asked for once, until all of it is to be forgotten", () =>
    withTree({ seen: true, validity: { entrySeconds: 3600, attributeSeconds: 3600 } }, async (tree) => {
      const asked = (): number => tree.seen.filter((op) => op === "readlink").length;
      assert.equal(await says(tree, "ln -s some/where l; readlink l; readlink l"), "some/where\nsome/where");
      assert.equal(asked(), 1);
      await tree.invalidate({ kind: "all", oid: oid(2) });
      assert.equal(await says(tree, "readlink l"), "some/where");
      assert.equal(asked(), 2);
    }));

  test("one write(2) that appends is one WRITE, whatever pages it lies in, and the file can still be mapped", () =>
    withTree({ seen: true }, async (tree) => {
      const append = (flags: string): string => {
        const open = `file = os.open('log', os.O_CREAT | os.O_APPEND | ${flags})`;
        return `python3 -c "import os; ${open}; [os.write(file, b'x' * 5000) for _ in range(50)]"`;
      };
      await says(tree, append("os.O_WRONLY"));
      assert.equal(tree.seen.filter((op) => op === "write").length, 50);
      if (!tree.session.features.includes("directIoAllowMmap")) return;
      await says(tree, append("os.O_RDWR"));
      assert.equal(tree.seen.filter((op) => op === "write").length, 100);
      const map =
        "import mmap; log = open('log', 'a+b'); pages = mmap.mmap(log.fileno(), 500000); print(len(pages), pages[499999])";
      assert.equal(await says(tree, `python3 -c "${map}"`), "500000 120");
    }));

  test("names are bytes", () =>
    withTree({}, async (tree) => {
      assert.equal(await says(tree, "touch $(printf 'a\\377\\303\\244') && ls | od -An -tx1"), " 61 ff c3 a4 0a");
    }));

  test("extended attributes are set, listed, read and removed", () =>
    withTree({}, async (tree) => {
      const script = [
        "import os",
        "open('x', 'w').close()",
        "os.setxattr('x', 'user.a', b'1\\x002')",
        "print(os.getxattr('x', 'user.a'), os.listxattr('x'))",
        "os.removexattr('x', 'user.a')",
        "print(os.listxattr('x'))",
      ].join("\n");
      assert.equal(await says(tree, `python3 -c "${script}"`), "b'1\\x002' ['user.a']\n[]");
    }));

  test("what the kernel remembers is asked again after a notification", () =>
    withTree({ seen: true, validity: { entrySeconds: 3600, attributeSeconds: 3600 } }, async (tree) => {
      await says(tree, "mkdir d && touch d/f && ls -l d/f");
      const asked = async (): Promise<string> => {
        const before = tree.seen.length;
        await says(tree, "ls -l d/f");
        return tree.seen.slice(before).join(" ");
      };
      const notify = (notification: Notification): number => {
        const memory = memoryOf(Buffer.alloc(512));
        return libc.write(tree.fd, memory.bytes, encodeNotification(memory, notification));
      };
      const [directory, file] = [oid(2), oid(3)];
      assert.doesNotMatch(await asked(), /lookup|getattr/);
      assert.ok(notify({ kind: "inode", node: file, offset: 0, length: 0 }) > 0);
      assert.match(await asked(), /getattr/);
      assert.ok(notify({ kind: "entry", parent: directory, name: fileName("f"), expire: false }) > 0);
      assert.match(await asked(), /lookup/);
      assert.ok(notify({ kind: "delete", parent: directory, child: file, name: fileName("f") }) > 0);
      assert.match(await asked(), /lookup/);
      // Newer than the oldest kernels that are served: taken, or refused as unknown.
      for (const kind of ["epoch", "resend"] as const) assert.ok([16, -ERRNO.EINVAL.number].includes(notify({ kind })));
      assert.equal(
        notify({ kind: "entry", parent: directory, name: fileName("none"), expire: false }),
        -ERRNO.ENOENT.number,
      );
    }));

  test("what was asked for at INIT is agreed on where the kernel offers it", () =>
    withTree({}, async (tree) => {
      const { minor, features } = tree.session;
      assert.ok(minor >= 27);
      if (minor >= 45) assert.equal(features.length, WANTED.features.length - 1);
      assert.ok(!features.includes("writebackCache") && !features.includes("atomicOpenTruncate"));
    }));

  test("unmounting ends the transport, and the table of mounts no longer has it", () =>
    withTree({}, async (tree) => {
      assert.equal(findMount(tree.at)?.source, "tree");
      assert.ok(unmountFuse(tree.at).ok);
      assert.equal(await tree.ended, "unmounted");
      assert.equal(findMount(tree.at), undefined);
      const again = unmountFuse(tree.at);
      assert.deepEqual([again.ok, again.ok ? "" : again.errno], [false, "EINVAL"]);
    }));

  test("a mount that is in use says so, and can be ended by force", () =>
    withTree({}, async (tree) => {
      const user = tree.run("exec 9> held; sleep 0.7; echo more >&9");
      await new Promise((settle) => setTimeout(settle, 200));
      const busy = unmountFuse(tree.at);
      assert.deepEqual(busy.ok ? "" : busy.errno, "EBUSY");
      unmountFuse(tree.at, { force: true });
      assert.equal(await tree.ended, "unmounted");
      assert.notEqual((await user).code, 0);
    }));
});
