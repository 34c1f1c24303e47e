import assert from "node:assert/strict";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { compareTrees } from "../../support/compare-trees.ts";
import { compareXattrs } from "../../support/compare-xattrs.ts";
import { run, shell } from "../../support/run.ts";
import { temporaryDirectory } from "../../support/temporary.ts";
import type { Programs } from "../program.ts";
import { makeSampleTree } from "../sample-tree.ts";

function mustEqual(left: string, right: string): void {
  assert.deepEqual(compareTrees(left, right).differences, []);
}

export const archivePrograms: Programs = {
  "tar unpacks a tree, finds no difference, and packs it again": {
    needs: ["tar"],
    run: async (dir) => {
      using place = temporaryDirectory("tar");
      const source = `${place.path}/source`;
      mkdirSync(source);
      makeSampleTree(source, 1);
      await run(["tar", "--format=posix", "--xattrs", "-C", source, "-cf", `${place.path}/a.tar`, "."]);
      mkdirSync(`${dir}/unpacked`);
      await run(["tar", "-C", `${dir}/unpacked`, "--xattrs", "-xpf", `${place.path}/a.tar`]);
      mustEqual(source, `${dir}/unpacked`);
      assert.deepEqual(compareXattrs(source, `${dir}/unpacked`), []);
      await run(["tar", "-C", `${dir}/unpacked`, "-df", `${place.path}/a.tar`]);
      // An archive that lies on the mount itself, of a tree on the mount.
      await run(["tar", "--format=posix", "-C", `${dir}/unpacked`, "-czf", `${dir}/again.tar.gz`, "."]);
      mkdirSync(`${dir}/again`);
      await run(["tar", "-C", `${dir}/again`, "-xpzf", `${dir}/again.tar.gz`]);
      mustEqual(source, `${dir}/again`);
    },
  },
  "tar unpacks as an ordinary user": {
    needs: ["tar"],
    run: async (dir) => {
      using place = temporaryDirectory("tar");
      mkdirSync(`${place.path}/source`);
      for (let number = 0; number < 50; number++) writeFileSync(`${place.path}/source/${number}`, `text ${number}`);
      await run(["tar", "-C", `${place.path}/source`, "-cf", `${place.path}/a.tar`, "."]);
      const user = { uid: 65_101, gid: 65_201 };
      await shell(`mkdir hers; tar -C hers -xf ${place.path}/a.tar`, { cwd: dir, ...user });
      assert.equal((await shell(`find "$PWD" -type f -user 65101 | wc -l`, { cwd: dir })).trim(), "50");
    },
  },
  "rsync -aHAX copies a tree, then only what has changed": {
    needs: ["rsync"],
    run: async (dir) => {
      using place = temporaryDirectory("rsync");
      const source = `${place.path}/source`;
      mkdirSync(source);
      makeSampleTree(source, 2);
      await run(["rsync", "-aHAX", `${source}/`, `${dir}/copy/`]);
      mustEqual(source, `${dir}/copy`);
      assert.deepEqual(compareXattrs(source, `${dir}/copy`), []);
      assert.equal(await run(["rsync", "-aHAXi", "--delete", `${source}/`, `${dir}/copy/`]), "");
      rmSync(`${source}/directory-3`, { recursive: true, force: true });
      writeFileSync(`${source}/new`, "new");
      await shell(`find . -type f -size +50k -exec sh -c 'echo more >>"$1"' - {} \\;`, { cwd: source });
      // rsync takes times within one second for equal, and this directory has just been written on both sides.
      utimesSync(source, 5, 1_234_567_890);
      await run(["rsync", "-aHAX", "--delete", `${source}/`, `${dir}/copy/`]);
      mustEqual(source, `${dir}/copy`);
    },
  },
  "rsync --inplace and --append change files where they lie": {
    needs: ["rsync"],
    run: async (dir) => {
      using place = temporaryDirectory("rsync");
      writeFileSync(`${place.path}/file`, Buffer.alloc(500_000, "abcdefg"));
      await run(["rsync", "-a", `${place.path}/file`, `${dir}/file`]);
      await shell(`printf XYZ | dd of=file bs=1 seek=100000 conv=notrunc status=none`, { cwd: place.path });
      await run(["rsync", "-a", "--inplace", "--no-whole-file", "--checksum", `${place.path}/file`, `${dir}/file`]);
      await run(["cmp", `${place.path}/file`, `${dir}/file`]);
      await shell(`echo more >>file`, { cwd: place.path });
      await run(["rsync", "-a", "--append-verify", `${place.path}/file`, `${dir}/file`]);
      await run(["cmp", `${place.path}/file`, `${dir}/file`]);
    },
  },
  "cp -a copies within the tree and mv moves into it": {
    run: async (dir) => {
      using place = temporaryDirectory("cp");
      const source = `${place.path}/source`;
      mkdirSync(source);
      makeSampleTree(source, 3);
      await run(["cp", "-a", source, `${dir}/first`]);
      await run(["cp", "-a", `${dir}/first`, `${dir}/second`]);
      mustEqual(source, `${dir}/first`);
      mustEqual(source, `${dir}/second`);
      await run(["cp", "-a", source, `${place.path}/moved`]);
      await run(["mv", `${place.path}/moved`, `${dir}/moved`]);
      mustEqual(source, `${dir}/moved`);
      await run(["rm", "-r", `${dir}/second`]);
    },
  },
};
