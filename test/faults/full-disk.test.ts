import assert from "node:assert/strict";
import * as fs from "node:fs";
import { suite, test } from "node:test";
import { prepareCluster } from "../support/cluster.ts";
import { isInstalled, whyNoMount } from "../support/programs.ts";
import { refuses } from "../posix/facts.ts";

const LIMIT = { timeout: 120_000 };
const skip = whyNoMount() ?? (isInstalled("mkfs.ext4") ? false : "mkfs.ext4 is not installed");
const MIB = 1 << 20;

/** Appends to a file that is there until no more finds room. @returns Bytes that were acknowledged. */
function fill(path: string, chunk: Buffer): number {
  const fd = fs.openSync(path, "a");
  let written = 0;
  try {
    for (;;) written += fs.writeSync(fd, chunk);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    return written;
  } finally {
    fs.closeSync(fd);
  }
}

suite("a full disk", { skip }, () => {
  for (const [which, places] of [
    ["the lead's", [0]],
    ["the other member's", [1]],
    ["both members'", [0, 1]],
  ] as const) {
    test(`${which} disk is full: ENOSPC, nothing half-written, and it goes on when there is room`, LIMIT, async () => {
      await using cluster = await prepareCluster();
      for (const place of places) await cluster.giveDisk(cluster.servers[place], 48);
      await cluster.start();
      // A full disk need not have room for another name.
      for (const name of ["big", "small"]) fs.writeFileSync(`${cluster.at}/${name}`, "");
      const written = fill(`${cluster.at}/big`, Buffer.alloc(300_000, "big."));
      assert.ok(written > 10 * MIB, `only ${written} bytes found room`);
      assert.equal(fs.statSync(`${cluster.at}/big`).size, written);
      const small = fill(`${cluster.at}/small`, Buffer.alloc(1_000, "s"));
      assert.equal(fs.statSync(`${cluster.at}/small`).size, small);
      // Reading, and whatever needs no room, goes on.
      assert.equal(fs.readFileSync(`${cluster.at}/big`).subarray(0, 8).toString(), "big.big.");
      fs.renameSync(`${cluster.at}/small`, `${cluster.at}/renamed`);
      fs.truncateSync(`${cluster.at}/big`, MIB);
      fs.unlinkSync(`${cluster.at}/renamed`);
      fs.writeFileSync(`${cluster.at}/again`, Buffer.alloc(5 * MIB, "again"));
      assert.equal(fs.statSync(`${cluster.at}/again`).size, 5 * MIB);
      await cluster.endsEqual();
    });
  }

  test("no inode is left on one member: ENOSPC, and both have the same names", LIMIT, async () => {
    await using cluster = await prepareCluster();
    await cluster.giveDisk(cluster.servers[1], 8); // about 2,000 inodes
    await cluster.start();
    let made = 0;
    refuses("ENOSPC", () => {
      for (; made < 10_000; made++) fs.writeFileSync(`${cluster.at}/file-${made}`, "");
    });
    assert.ok(made > 100 && made < 10_000, `${made} files found an inode`);
    refuses("ENOSPC", () => fs.mkdirSync(`${cluster.at}/directory`));
    for (let number = 0; number < 50; number++) fs.unlinkSync(`${cluster.at}/file-${number}`);
    fs.mkdirSync(`${cluster.at}/directory`);
    await cluster.endsEqual();
  });
});
