import assert from "node:assert/strict";
import * as fs from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stillWaits } from "../faults/still.ts";
import { startCluster } from "../support/cluster.ts";
import { whyNoMount } from "../support/programs.ts";
import { run, shell } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { syncPath } from "./numbered-work.ts";
import { allEndEqual } from "./all-end-equal.ts";

const LIMIT = { timeout: 120_000 };
/** Longer than any lease lives. */
const AWAY_MS = 7_000;

/** A program in a directory that lists, opens, reads and asks until there is a file `stop`. @returns What cat told. */
const reading = (dir: string, stop: string): Promise<string> =>
  shell(
    `cd ${dir}; while ! test -e ${stop}; do ls -l >/dev/null; stat -c %s file >/dev/null; cat file; sleep 0.05; done | sort | uniq`,
    { limitMs: 90_000 },
  );

suite("while the lead is away", { skip: whyNoMount() ?? false }, () => {
  test(
    "reads go on on all mounts, of what was read before and of what was not; changes wait until it is back",
    LIMIT,
    async () => {
      await using cluster = await startCluster({ mounts: 2 });
      const [a, b] = cluster.mounts;
      const stop = `${cluster.directory}/stop`;
      fs.mkdirSync(`${a.at}/read`);
      fs.writeFileSync(`${a.at}/other`, "");
      fs.mkdirSync(`${a.at}/unread/below`, { recursive: true });
      for (const name of ["read/file", "unread/file", "unread/below/file"])
        fs.writeFileSync(`${a.at}/${name}`, "text\n");
      for (const { at } of [a, b]) syncPath(at);
      const readers = [a, b].map(({ at }) => reading(`${at}/read`, stop));
      await sleep(500);
      await cluster.servers[0].stop("SIGKILL");
      const killed = performance.now();
      const writing = shell(`cd ${b.at}; echo more >>other; mkdir made; echo new >made/file`);
      assert.ok(await stillWaits(writing), "a change waits");
      const unread = await run(["find", `${b.at}/unread`, "-type", "f", "-exec", "cat", "{}", "+"], {
        limitMs: 20_000,
      });
      assert.equal(unread, "text\ntext\n");
      await sleep(AWAY_MS - (performance.now() - killed));
      assert.ok(await stillWaits(writing, 10), "it waits still");
      fs.writeFileSync(stop, "");
      // The append of the writer may be there, or not yet.
      for (const told of await Promise.all(readers)) assert.match(told, /^(more\n)?text\n$/);
      await cluster.servers[0].start();
      await writing;
      for (const { at } of [a, b]) assert.equal(fs.readFileSync(`${at}/read/file`, "latin1"), "text\n");
      assert.equal(fs.readFileSync(`${a.at}/other`, "latin1"), "more\n");
      await allEndEqual(cluster);
    },
  );

  test("what was synced before is seen on all mounts; what a mount wrote itself it sees", LIMIT, async () => {
    await using cluster = await startCluster({ mounts: 2 });
    const [a, b] = cluster.mounts;
    for (let number = 0; number < 20; number++) fs.writeFileSync(`${a.at}/file-${number}`, `synced ${number}\n`);
    syncPath(a.at);
    fs.mkdirSync(`${a.at}/own`);
    syncPath(a.at);
    // In a directory of its own: the kernel lets nobody list one in which a change waits.
    const said = `${cluster.directory}/said`;
    const writing = shell(`cd ${a.at}/own; for i in $(seq 0 199); do echo written $i >own-$i; echo $i >>${said}; done`);
    await waitUntil("something is written", () => fs.existsSync(said));
    await cluster.servers[0].stop("SIGKILL");
    const synced = Array.from({ length: 20 }, (_, number) => `synced ${number}\n`).join("");
    for (const { at } of [a, b]) {
      const read = await shell(`cd ${at}; for i in $(seq 0 19); do cat file-$i; done`, { limitMs: 20_000 });
      assert.equal(read, synced);
    }
    const returned = fs.readFileSync(said, "latin1").trimEnd().split("\n");
    for (const number of returned) {
      const own = await run(["cat", `${a.at}/own/own-${number}`], { limitMs: 20_000 });
      assert.equal(own, `written ${number}\n`);
    }
    await cluster.servers[0].start();
    await writing;
    assert.equal(fs.readdirSync(`${b.at}/own`).length, 200);
    await allEndEqual(cluster);
  });
});
