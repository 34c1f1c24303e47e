import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { PairPrograms } from "../program.ts";
import { race } from "../race.ts";
import type { TaskName } from "../racer-process.ts";

/** Two processes, one on each path, do the same task. @returns What each says it has won, in order. */
async function both(task: TaskName, [a, b]: readonly [string, string], count: number): Promise<[number[], number[]]> {
  const won = await race([a, b].map((dir, number) => ({ task, dir, number, count })));
  return won as [number[], number[]];
}

/** Each of the numbers below `count` was won by exactly one. */
function wonOnce(won: readonly number[][], count: number): void {
  const all = won.flat().sort((a, b) => a - b);
  assert.deepEqual(
    all,
    Array.from({ length: count }, (_, at) => at),
  );
}

const COUNT = 100;

const counterProgram = (task: TaskName) => ({
  run: async (a: string, b: string): Promise<void> => {
    fs.writeFileSync(`${a}/counter`, "0");
    await both(task, [a, b], COUNT);
    assert.equal(fs.readFileSync(`${b}/counter`, "latin1"), String(2 * COUNT));
  },
});

export const racePrograms: PairPrograms = {
  "two processes append to one file: no line is lost, torn or out of its order": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/log`, "");
      await both("append", [a, b], 400);
      const lines = fs.readFileSync(`${b}/log`, "latin1").trimEnd().split("\n");
      for (const number of [0, 1]) {
        const own = lines.filter((line) => line.startsWith(`${number} `));
        assert.deepEqual(
          own,
          Array.from({ length: 400 }, (_, at) => `${number} ${String(at).padStart(6, "0")}`),
        );
      }
      assert.equal(lines.length, 800);
    },
  },
  "two processes create the same names with O_EXCL: each name is one's": {
    run: async (a, b) => {
      const won = await both("create", [a, b], COUNT);
      wonOnce(won, COUNT);
      won.forEach((names, number) => {
        for (const name of names) assert.equal(fs.readFileSync(`${a}/name-${name}`, "latin1"), String(number));
      });
    },
  },
  "two processes make, then remove the same directories: each is made and removed once": {
    run: async (a, b) => {
      wonOnce(await both("mkdir", [a, b], COUNT), COUNT);
      wonOnce(await both("rmdir", [a, b], COUNT), COUNT);
      assert.deepEqual(fs.readdirSync(b), []);
    },
  },
  "two processes unlink the same names: each is unlinked once": {
    run: async (a, b) => {
      for (let at = 0; at < COUNT; at++) fs.writeFileSync(`${a}/name-${at}`, "");
      wonOnce(await both("unlink", [a, b], COUNT), COUNT);
      assert.deepEqual(fs.readdirSync(a), []);
    },
  },
  "two processes rename the same names away: each goes to one of them": {
    run: async (a, b) => {
      for (let at = 0; at < COUNT; at++) fs.writeFileSync(`${a}/name-${at}`, `text ${at}`);
      const won = await both("take", [a, b], COUNT);
      wonOnce(won, COUNT);
      const expected = won.flatMap((names, number) => names.map((at) => `taken-${number}-${at}`));
      assert.deepEqual(fs.readdirSync(a).sort(), expected.sort());
      for (const name of expected) {
        assert.equal(fs.readFileSync(`${b}/${name}`, "latin1"), `text ${name.split("-")[2]}`);
      }
    },
  },
  "two processes rename onto one name: it is whole, and one's, at any time": {
    run: async (a, b) => {
      await both("replace", [a, b], COUNT);
      assert.match(fs.readFileSync(`${a}/target`, "latin1"), /^[01] 99$/);
      assert.deepEqual(fs.readdirSync(b), ["target"]);
    },
  },
  "two processes rename with NOREPLACE onto the same names: each is one's": {
    run: async (a, b) => wonOnce(await both("occupy", [a, b], COUNT), COUNT),
  },
  "two processes link to the same names: each is one's": {
    run: async (a, b) => {
      for (const number of [0, 1]) fs.writeFileSync(`${a}/source-${number}`, "");
      const won = await both("link", [a, b], COUNT);
      wonOnce(won, COUNT);
      won.forEach((names, number) => {
        assert.equal(fs.statSync(`${a}/source-${number}`).nlink, names.length + 1);
      });
    },
  },
  "two processes count under record locks: nothing is lost": counterProgram("countWithRecordLocks"),
  "two processes count under flock: nothing is lost": counterProgram("countWithFileLocks"),
  "two processes count under a lock file: nothing is lost": counterProgram("countWithLockFiles"),
  "two processes make, rename and remove in one directory: each finds its own": {
    run: async (a, b) => {
      await both("churn", [a, b], 60);
      const expected = [0, 1].flatMap((number) => Array.from({ length: 30 }, (_, at) => `${number}-${at * 2}`));
      assert.deepEqual(fs.readdirSync(a).sort(), expected.sort());
      for (const name of expected) {
        const text = fs.readFileSync(`${b}/${name}/renamed`, "latin1");
        assert.equal(text, `text ${name.replace("-", " ")}`);
      }
    },
  },
  "two processes remove one tree: it is gone": {
    run: async (a, b) => {
      for (let at = 0; at < 20; at++) {
        fs.mkdirSync(`${a}/tree/${at}/below`, { recursive: true });
        for (const name of ["x", "y", "z"]) fs.writeFileSync(`${a}/tree/${at}/below/${name}`, name);
      }
      await both("removeTree", [a, b], 1);
      assert.deepEqual([fs.readdirSync(a), fs.readdirSync(b)], [[], []]);
    },
  },
};
