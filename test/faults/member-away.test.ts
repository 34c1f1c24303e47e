import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { run, shell, tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { readDirect } from "./direct-read.ts";
import { stillWaits } from "./still.ts";

const LIMIT = { timeout: 120_000 };
const bytes = Buffer.alloc(3 << 20, "0123456789abcdef-");

/*
 * Nothing here waits for the mount in this process while a member is away, which it is to bring back: whoever is to wait is
 * another process, started outside of the mount.
 */
suite("a member that is away", { skip: whyNoMount() ?? false }, () => {
  // The lead grants the leases, so its loss is another case than that of the other one.
  for (const [name, place] of [
    ["the lead", 0],
    ["the member that does not lead", 1],
  ] as const) {
    test(`${name} is stopped: reads go on, writes wait and go on when it is back`, LIMIT, async () => {
      await using cluster = await startCluster();
      writeFileSync(`${cluster.at}/file`, "text");
      writeFileSync(`${cluster.at}/other`, bytes);
      await cluster.servers[place].stop();
      assert.ok(readDirect(`${cluster.at}/other`).equals(bytes));
      const writing = shell(`cd ${cluster.at}; echo more >>file; echo new >new; mv new renamed`);
      assert.ok(await stillWaits(writing), "a write waits for the member");
      // Not the file itself: whoever opens it waits for the change that is under way.
      assert.ok(readDirect(`${cluster.at}/other`).equals(bytes), "reads go on while it waits");
      assert.equal(await run(["ls", cluster.at]), "file\nother\n");
      await cluster.servers[place].start();
      await writing;
      assert.equal(readFileSync(`${cluster.at}/renamed`, "latin1"), "new\n");
      assert.equal(readFileSync(`${cluster.at}/file`, "latin1"), "textmore\n");
      await cluster.endsEqual();
    });

    test(`${name} is killed again and again while a file is read: the reader notices nothing`, LIMIT, async () => {
      // Of equal priority: reads go to both.
      await using cluster = await startCluster();
      const large = Buffer.alloc(32 << 20, "0123456789abcdef-");
      writeFileSync(`${cluster.at}/file`, large);
      const expected = (await run(["cksum"], { input: large.toString("latin1") })).split(" ")[0];
      const reads = shell(
        `for i in 1 2 3 4 5 6; do dd if=${cluster.at}/file bs=128k iflag=direct status=none | cksum; done | sort -u`,
      );
      for (let times = 0; times < 3; times++) {
        await sleep(300);
        await cluster.servers[place].stop("SIGKILL");
        await sleep(200);
        await cluster.servers[place].start();
      }
      assert.equal((await reads).split(" ")[0], expected);
      await cluster.endsEqual();
    });
  }

  test("a member falls silent: reads go on from the other, writes go on when it speaks again", LIMIT, async () => {
    await using cluster = await startCluster({
      servers: [{ priority: 5 }, { priority: 1 }],
      timeouts: { beat: "200 ms", suspect: "1 s" },
    });
    writeFileSync(`${cluster.at}/file`, "text");
    writeFileSync(`${cluster.at}/other`, bytes);
    cluster.servers[1].signal("SIGSTOP");
    // Until its silence is noticed, writes are answered as always, and it gets them when it speaks again.
    await sleep(1_500);
    const writing = shell(`echo more >>${cluster.at}/file`);
    assert.ok(await stillWaits(writing));
    const reading = await tryRun(["cmp", `${cluster.at}/other`, `${cluster.servers[0].export}/other`], {
      limitMs: 20_000,
    });
    assert.deepEqual(reading, { status: 0, stdout: "", stderr: "" }, "reads go on");
    assert.ok(await stillWaits(writing));
    cluster.servers[1].signal("SIGCONT");
    await writing;
    await cluster.endsEqual();
  });

  test("a member stays away for longer than give-up: EIO, and writes go on when it is back", LIMIT, async () => {
    await using cluster = await startCluster({ timeouts: { "give-up": "2 s" } });
    writeFileSync(`${cluster.at}/file`, "text");
    await cluster.servers[1].stop();
    const { status, stderr } = await tryRun(["sh", "-c", `echo lost >${cluster.at}/new`], { limitMs: 30_000 });
    assert.notEqual(status, 0);
    assert.match(stderr, /Input\/output error|I\/O error/);
    assert.equal(readFileSync(`${cluster.at}/file`, "latin1"), "text");
    await cluster.servers[1].start();
    const works = async (): Promise<boolean> =>
      (await tryRun(["sh", "-c", `echo again >${cluster.at}/again`], { limitMs: 30_000 })).status === 0;
    await waitUntil("writes go on", works, 15_000);
    await cluster.endsEqual();
  });

  test("all members are away, then back: a reader and a writer waited, and go on", LIMIT, async () => {
    await using cluster = await startCluster();
    writeFileSync(`${cluster.at}/file`, bytes);
    for (const server of cluster.servers) await server.stop("SIGKILL");
    const reading = run(["dd", `if=${cluster.at}/file`, "iflag=direct", "bs=1M", "status=none"]);
    const writing = shell(`echo new >${cluster.at}/new`);
    assert.ok(await stillWaits(Promise.race([reading, writing])));
    for (const server of cluster.servers) await server.start();
    assert.equal((await reading).length, bytes.length);
    await writing;
    await cluster.endsEqual();
  });

  test("umount while a member is away ends, and what was acknowledged is on both after", LIMIT, async () => {
    await using cluster = await startCluster();
    writeFileSync(`${cluster.at}/file`, bytes, { flush: true });
    await cluster.servers[1].stop();
    await cluster.mounts[0].unmount();
    await cluster.servers[1].start();
    await cluster.mounts[0].mount();
    assert.ok(readFileSync(`${cluster.at}/file`).equals(bytes));
    await cluster.endsEqual();
  });
});
