import assert from "node:assert/strict";
import * as fs from "node:fs";
import { raceOf } from "../../programs/race.ts";
import { COUNTERS, type Counter, LOCKS_PROGRAM } from "../lock-process.ts";
import type { Guarantee, Guarantees, Places } from "../guarantee.ts";

const COUNT = 40;

const SENTENCES: Readonly<Record<Counter, string>> = {
  exclusive: "a file made with O_EXCL is a lock between mounts",
  mkdir: "a directory made with mkdir is a lock between mounts",
  link: "a name made with link is a lock between mounts",
  record: "a record lock of fcntl is one between mounts",
  openFile: "a lock of flock is one between mounts",
};

/** Three processes add to a number, each reading and writing it under the lock: none of the additions may be lost. */
const counting =
  (task: Counter): Guarantee =>
  async (places: Places) => {
    fs.writeFileSync(`${places[0]}/counter`, "0");
    fs.writeFileSync(`${places[0]}/lock-file`, "");
    await raceOf(
      LOCKS_PROGRAM,
      places.map((dir, number) => ({ task, dir, number, count: COUNT })),
    );
    for (const place of places) {
      assert.equal(fs.readFileSync(`${place}/counter`, "latin1"), String(COUNT * places.length));
    }
  };

export const ofLocks: Guarantees = Object.fromEntries(
  COUNTERS.map((task) => [`${SENTENCES[task]}: what is read and written under it is never lost`, counting(task)]),
);
