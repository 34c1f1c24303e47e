import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { race } from "../programs/race.ts";
import { makeSampleTree } from "../programs/sample-tree.ts";
import { type Cluster, prepareCluster } from "../support/cluster.ts";
import { compareTrees, differencesText } from "../support/compare-trees.ts";
import { Keeper } from "../support/keeper.ts";
import { isInstalled, whyNoMount } from "../support/programs.ts";
import { run } from "../support/run.ts";

const LIMIT = { timeout: 240_000 };
/** At least as often the daemon is killed while the work goes on. */
const CRASHES = 4;

async function withServers(): Promise<Cluster> {
  const cluster = await prepareCluster({ limitMs: 230_000 });
  await Promise.all(cluster.servers.map((server) => server.start()));
  return cluster;
}

/** Kills the daemon again and again until `stop` is called and it was killed {@link CRASHES} times. */
function crashes(keeper: Keeper): { readonly stop: () => Promise<number> } {
  let over = false;
  const killing = (async () => {
    let count = 0;
    for (; !over; count += 1) {
      await sleep(200 + ((count * 131) % 500));
      await keeper.crash();
    }
    return count;
  })();
  killing.catch(() => {}); // awaited by who stops it
  return {
    stop: () => {
      over = true;
      return killing;
    },
  };
}

const script = (text: string, dir: string, ...words: readonly string[]): Promise<string> =>
  run(["sh", "-euc", text, "sh", ...words], { cwd: dir, limitMs: 200_000 });

/** Unpacks again and again, and compares with what was packed. Prints how often. */
const UNTAR = `
i=0; while ! test -e "$1"; do i=$((i+1)); mkdir tree-$i; tar -xf "$2" -C tree-$i; done; echo $i`;
/** Prints how many transactions were committed. */
const SQLITE = `
sqlite3 -bail db 'create table t (number integer primary key, text text);'
i=0; while ! test -e "$1"; do
  sqlite3 -bail db "begin; insert into t values ($i, hex(randomblob(500))); commit;"; i=$((i+1))
done; echo $i`;
/** What is done twice fails: each name is made, moved and removed once. Prints how often. */
const RENAMES = `
echo start >kept
i=0; while ! test -e "$1"; do
  i=$((i+1)); mkdir d-$i; echo $i >new; mv -T new d-$i/file; ln d-$i/file link-$i; mv -T d-$i/file kept
  rmdir d-$i; rm link-$i; echo $i >>log
done; echo $i`;
/** Editor-style saves, each synced. Prints how often. */
const SAVES = `
i=0; while ! test -e "$1"; do i=$((i+1)); seq $i $((i+200)) >new; sync new; mv -T new file; done; echo $i`;

/**
 * What a kernel believes of a directory when its daemon is killed: names, a name in vain, sizes, a listing. The last is a
 * change, of which the next daemon has to make sure.
 */
const LOOK = `
mkdir "$1"; cd "$1"; echo text >grows; echo text >goes; echo text >moves; mkdir inner; echo text >inner/file
ls -l . inner >/dev/null; cat grows goes inner/file >/dev/null; test ! -e comes; test ! -e inner/comes; : >last`;
/** The first place changes, and the second one is looked at when each call has returned. */
const CHANGE_AND_LOOK = `
cd "$1"; at=$2
: >comes; test -e "$at/comes"
echo more >>grows; test "$(stat -c %s "$at/grows")" = 10; test "$(cat "$at/grows")" = "$(printf 'text\\nmore')"
rm goes; test ! -e "$at/goes"
mv moves moved; test ! -e "$at/moves"; test -e "$at/moved"
: >inner/comes; test -e "$at/inner/comes"
chmod 600 inner/file; test "$(stat -c %a "$at/inner/file")" = 600
test "$(ls "$at" | tr '\\n' ' ')" = "comes grows inner last moved "`;

suite("kill -9 of a mount's daemon in the middle of what it has to send", { skip: whyNoMount() ?? false }, () => {
  test("untar, sqlite3, renames and saves go on at the same time: nothing that was answered is lost, nothing is done twice", {
    ...LIMIT,
    skip: isInstalled("sqlite3") ? false : "sqlite3 is not installed",
  }, async (context) => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    await keeper.start();
    const [packed, archive] = [`${cluster.directory}/packed`, `${cluster.directory}/packed.tar`];
    mkdirSync(packed);
    makeSampleTree(packed, 3, 60);
    await run(["tar", "--format=posix", "-cf", archive, "-C", packed, "."]);
    const stop = `${cluster.directory}/stop`;
    const at = (name: string): string => `${keeper.at}/${name}`;
    await run(["mkdir", ...["untar", "sqlite", "renames", "saves"].map(at)]);
    const work = Promise.all([
      script(UNTAR, at("untar"), stop, archive),
      script(SQLITE, at("sqlite"), stop),
      script(RENAMES, at("renames"), stop),
      script(SAVES, at("saves"), stop),
    ]);
    work.catch(() => {}); // awaited below
    const killing = crashes(keeper);
    await Promise.race([work, sleep(8_000)]);
    await run(["touch", stop]);
    const [trees, transactions, renames, saves] = (await work).map(Number);
    const count = await killing.stop();
    context.diagnostic(
      `killed ${count} times: ${trees} trees, ${transactions} transactions, ${renames} renames, ${saves} saves`,
    );
    assert.ok(count >= CRASHES);
    // Judged by other processes: this one must not wait for the mount whose keeper it is.
    assert.equal(
      await run(["sqlite3", `${at("sqlite")}/db`, "pragma integrity_check; select count(*), max(number) from t;"]),
      `ok\n${transactions}|${(transactions ?? 0) - 1}\n`,
    );
    await keeper.unmount();
    for (const { export: dir } of cluster.servers) {
      assert.deepEqual(readdirSync(`${dir}/renames`).sort(), ["kept", "log"]);
      assert.equal(readFileSync(`${dir}/renames/kept`, "latin1"), `${renames}\n`);
      assert.equal(readFileSync(`${dir}/renames/log`, "latin1"), numbersTo(renames ?? 0));
      assert.deepEqual(readdirSync(`${dir}/saves`), ["file"]);
      assert.ok(readFileSync(`${dir}/saves/file`, "latin1").startsWith(`${saves}\n`));
      for (let tree = 1; tree <= (trees ?? 0); tree++) {
        const { differences } = compareTrees(packed, `${dir}/untar/tree-${tree}`);
        assert.equal(differencesText(differences), "", `tree ${tree} differs from what was packed`);
      }
    }
    serversAreEqual(cluster);
    cluster.passed();
  });

  test(
    "thousands of small files are made without a pause: those whose calls returned are there, once",
    LIMIT,
    async (context) => {
      await using cluster = await withServers();
      await using keeper = new Keeper(cluster);
      await keeper.start();
      const works = [1, 2, 3].map((number) => ({ task: "create" as const, dir: keeper.at, number, count: 2_000 }));
      const work = race(works);
      work.catch(() => {}); // awaited below
      const killing = crashes(keeper);
      const won = (await work) as number[][];
      context.diagnostic(
        `killed ${await killing.stop()} times, each of three processes won ${won.map((each) => each.length)}`,
      );
      assert.deepEqual(
        won.flat().sort((a, b) => a - b),
        Array.from({ length: 2_000 }, (_, at) => at),
      );
      await keeper.unmount();
      for (const { export: dir } of cluster.servers) {
        for (const [at, names] of won.entries()) {
          for (const name of names) assert.equal(readFileSync(`${dir}/name-${name}`, "latin1"), String(at + 1));
        }
      }
      serversAreEqual(cluster);
      cluster.passed();
    },
  );
});

const BELIEVED =
  "what its kernel still believes, and another mount changes then, is seen as it is when that call has returned";
const ROUNDS = 8;

suite("kill -9 of a mount's daemon whose kernel goes on believing what it was told", {
  skip: whyNoMount() ?? false,
}, () => {
  test(BELIEVED, LIMIT, async (context) => {
    await using cluster = await withServers();
    await using keeper = new Keeper(cluster);
    const [other] = cluster.mounts;
    await other.mount();
    await keeper.start();
    const took: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await script(LOOK, keeper.at, `round-${round}`);
      await keeper.crash();
      const begun = performance.now();
      await script(CHANGE_AND_LOOK, other.at, `${other.at}/round-${round}`, `${keeper.at}/round-${round}`);
      took.push(Math.round(performance.now() - begun));
    }
    context.diagnostic(`another mount went on within ${took.join(", ")} ms`);
    await keeper.unmount();
    await cluster.endsEqual();
  });
});

const numbersTo = (count: number): string => Array.from({ length: count }, (_, at) => `${at + 1}\n`).join("");

function serversAreEqual({ servers: [first, ...others] }: Cluster): void {
  for (const other of others) {
    const { differences } = compareTrees(first.export, other.export);
    assert.equal(differencesText(differences), "", `${first.name} and ${other.name} differ`);
  }
}
