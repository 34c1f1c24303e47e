import assert from "node:assert/strict";
import * as fs from "node:fs";
import { raceOf } from "../programs/race.ts";
import { seeded } from "../support/random.ts";
import { run, shell } from "../support/run.ts";
import { FOLDERS, recordOf, STRESS_PROGRAM, TOKENS } from "./stress-process.ts";
import type { Done, StressTask } from "./stressing.ts";

/** One directory on several mounts, a local one, and for how long. */
export type Stressed = {
  readonly dirs: readonly string[];
  readonly local: string;
  readonly seconds: number;
  readonly seed: number;
};

/** Works in an empty directory from all mounts for a while, then judges. @returns What was done, for people. */
export type Stress = (stressed: Stressed) => Promise<string>;

const STRIPED_BYTES = 120_000;

/** Runs a task on each mount. @param each Processes on each mount. */
async function onAll(task: StressTask, { dirs, local, seconds, seed }: Stressed, each = 1): Promise<unknown[]> {
  const count = dirs.length * each;
  const places = Array.from({ length: count }, (_, number) => dirs[number % dirs.length] ?? "");
  return raceOf(
    STRESS_PROGRAM,
    places.map((dir, number) => ({ task, number, count, dir, local, seconds, seed })),
  );
}

const first = ({ dirs }: Stressed): string => dirs[0] ?? "";

const fileUnderLock: Stress = async (own) => {
  fs.writeFileSync(`${first(own)}/file`, "");
  fs.writeFileSync(`${own.local}/content`, "");
  const turns = await onAll("fileUnderLock", own);
  const content = fs.readFileSync(`${own.local}/content`);
  for (const dir of own.dirs) assert.ok(fs.readFileSync(`${dir}/file`).equals(content), dir);
  return `${turns.join(" + ")} turns`;
};

const fileInStripes: Stress = async (own) => {
  const content = seeded(own.seed).fill(Buffer.alloc(STRIPED_BYTES));
  for (const path of [`${first(own)}/file`, `${own.local}/content`]) fs.writeFileSync(path, content);
  const writes = await onAll("fileInStripes", own);
  for (const [number] of own.dirs.entries()) {
    const owned = fs.readFileSync(`${own.local}/content-${number}`);
    for (let at = number * 1_000; at < STRIPED_BYTES; at += own.dirs.length * 1_000) {
      content.set(owned.subarray(at, at + 1_000), at);
    }
  }
  for (const dir of own.dirs) assert.ok(fs.readFileSync(`${dir}/file`).equals(content), dir);
  return `${writes.join(" + ")} writes`;
};

const sumOf = (results: readonly Done[]): string =>
  `${results.map(({ done }) => done).join(" + ")}, ${results.map(({ stale }) => stale).join(" + ")} ESTALE`;

const renames: Stress = async (own) => {
  for (const folder of FOLDERS) fs.mkdirSync(`${first(own)}/${folder}`);
  const tokens = Array.from({ length: TOKENS }, (_, number) => `token ${number}`);
  for (const [number, token] of tokens.entries()) {
    const path = `${first(own)}/${FOLDERS[number % FOLDERS.length]}/slot-${Math.floor(number / FOLDERS.length)}`;
    // A third are directories, with the token below.
    if (number % 3 === 0) fs.mkdirSync(path);
    fs.writeFileSync(number % 3 === 0 ? `${path}/token` : path, token);
  }
  const done = (await onAll("renames", own)) as Done[];
  for (const dir of own.dirs) {
    const found = await run([
      "find",
      dir,
      "-type",
      "f",
      "-exec",
      "sh",
      "-c",
      'for f; do cat "$f"; echo; done',
      "-",
      "{}",
      "+",
    ]);
    assert.deepEqual(found.trimEnd().split("\n").sort(), [...tokens].sort(), dir);
  }
  return `renames: ${sumOf(done)}`;
};

const appends: Stress = async (own) => {
  fs.writeFileSync(`${first(own)}/log`, "");
  const counts = (await onAll("appends", own)) as number[];
  const lines = fs.readFileSync(`${own.dirs.at(-1)}/log`, "latin1").split(/(?<=\n)/);
  for (const [number, count] of counts.entries()) {
    const own = lines.filter((line) => line.startsWith(`${number} `));
    const bad = own.findIndex((line, time) => line !== recordOf(number, time));
    assert.equal(bad, -1, `record ${bad} of process ${number} is ${JSON.stringify(own[bad]?.slice(0, 200))}`);
    assert.equal(own.length, count, `records of process ${number}`);
  }
  assert.equal(
    lines.length,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return `${counts.join(" + ")} records`;
};

const mix: Stress = async (own) => {
  return `calls: ${sumOf((await onAll("mix", own, 2)) as Done[])}`;
};

/** Ends with the file `stop`. */
const GIT_WORK = `
git init -q -b main
i=0; while :; do i=$((i+1))
  mkdir -p folder-$((i%7)); seq $i $((i+300)) >folder-$((i%7))/file-$((i%5)); seq $i 400 >common
  git add -A; git commit -q -m "commit $i"; if test $((i%8)) = 0; then git gc -q --prune=now; fi
  if test -e "$1"; then break; fi
done; echo $i`;
const GIT_WATCH = `
i=0; while ! test -e "$1"; do i=$((i+1))
  find . >/dev/null 2>&1 || true; ls -lR >/dev/null 2>&1 || true
  git log --oneline -3 main >/dev/null; git cat-file -e main:common
done; echo $i`;
const GIT_ENV = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
};

const git: Stress = async (own) => {
  const stop = `${own.local}/stop`;
  const script = (text: string, cwd: string): Promise<string> =>
    run(["sh", "-euc", text, "sh", stop], { cwd, env: GIT_ENV, limitMs: (own.seconds + 120) * 1_000 });
  const [place = "", ...others] = own.dirs;
  const work = script(GIT_WORK, place);
  const watching = others.map((dir) =>
    script(`until git rev-parse -q --verify main >/dev/null 2>&1; do sleep 0.1; done; ${GIT_WATCH}`, dir),
  );
  await shell(`sleep ${own.seconds}; touch ${stop}`);
  const [commits, ...looks] = (await Promise.all([work, ...watching])).map((text) => text.trim());
  for (const dir of own.dirs) {
    assert.equal((await run(["git", "rev-list", "--count", "main"], { cwd: dir, env: GIT_ENV })).trim(), commits);
  }
  const last = own.dirs.at(-1) ?? "";
  await run(["git", "fsck", "--full", "--strict"], { cwd: last, env: GIT_ENV });
  assert.equal(await run(["git", "status", "--porcelain"], { cwd: last, env: GIT_ENV }), "");
  return `${commits} commits, ${looks.join(" + ")} times watched`;
};

const sqlite: Stress = async (own) => {
  const stop = `${own.local}/stop`;
  const sql = (dir: string, input: string): Promise<string> => run(["sqlite3", "-bail", `${dir}/db`], { input });
  await sql(
    first(own),
    "pragma journal_mode=delete; create table t (who int, number int, text text); create index n on t (number);",
  );
  const insert = `
i=0; while ! test -e "$1"; do
  printf '.timeout 60000\\nbegin immediate; insert into t values (%d, %d, hex(randomblob(300))); insert into t values (%d, %d, 0); commit;\\n' $2 $i $2 $i | sqlite3 -bail db
  i=$((i+1))
done; echo $i`;
  const work = own.dirs.map((cwd, who) =>
    run(["sh", "-euc", insert, "sh", stop, String(who)], { cwd, limitMs: (own.seconds + 120) * 1_000 }),
  );
  await shell(`sleep ${own.seconds}; touch ${stop}`);
  const counts = (await Promise.all(work)).map(Number);
  const expected = `ok\n${counts.map((count, who) => `${who}|${2 * count}|${count}\n`).join("")}`;
  for (const dir of own.dirs) {
    const query = "pragma integrity_check; select who, count(*), count(distinct number) from t group by who;";
    assert.equal(await sql(dir, query), expected, dir);
  }
  return `${counts.join(" + ")} transactions`;
};

/** needs: a program. */
type Named = { readonly needs?: string; readonly run: Stress };

/** By name: a sentence. */
export const STRESSES: Readonly<Record<string, Named>> = {
  "random work on one file by turns under a lock: each finds what the one before left": { run: fileUnderLock },
  "random work on one file without a lock, each in its own ranges: nobody loses a byte": { run: fileInStripes },
  "renames of the same names, files and directories, across directories: none is lost, none is there twice": {
    run: renames,
  },
  "appends of records of many lengths: none is lost, torn or out of its order": { run: appends },
  "a random mix of all calls on a small tree: all see the same after": { run: mix },
  "git works on one, others list and read the repository: nobody finds anything wrong": { needs: "git", run: git },
  "sqlite3 writes one database on all, with a rollback journal: every transaction is there once": {
    needs: "sqlite3",
    run: sqlite,
  },
};
