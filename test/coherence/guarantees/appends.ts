import assert from "node:assert/strict";
import * as fs from "node:fs";
import { race } from "../../programs/race.ts";
import type { Guarantees } from "../guarantee.ts";

const COUNT = 250;

/** Every record is there once, whole, and those of one writer are in its order. */
async function append(places: readonly string[]): Promise<void> {
  fs.writeFileSync(`${places[0]}/log`, "");
  await race(places.map((dir, number) => ({ task: "append" as const, dir, number, count: COUNT })));
  for (const place of places) {
    const lines = fs.readFileSync(`${place}/log`, "latin1").trimEnd().split("\n");
    for (const number of places.keys()) {
      assert.deepEqual(
        lines.filter((line) => line.startsWith(`${number} `)),
        Array.from({ length: COUNT }, (_, at) => `${number} ${String(at).padStart(6, "0")}`),
      );
    }
    assert.equal(lines.length, COUNT * places.length);
  }
}

export const ofAppends: Guarantees = {
  "O_APPEND from two mounts at the same time: no record is lost, torn or out of its order": ([a, b]) => append([a, b]),
  "O_APPEND from three mounts at the same time: no record is lost, torn or out of its order": (places) =>
    append(places),

  "O_APPEND by turns goes to the end as another mount has moved it, after a write, a truncate, another append": (
    places,
  ) => {
    fs.writeFileSync(`${places[0]}/log`, "");
    const fds = places.map((place) => fs.openSync(`${place}/log`, "a"));
    let expected = "";
    for (let round = 0; round < 60; round++) {
      if (round % 7 === 6) {
        expected = expected.slice(0, expected.length >> 1);
        fs.truncateSync(`${places[(round + 1) % 3]}/log`, expected.length);
      }
      const text = `round ${round},`.repeat(1 + (round % 40));
      fs.writeSync(fds[round % 3] ?? -1, text);
      expected += text;
      for (const place of places) assert.equal(fs.readFileSync(`${place}/log`, "latin1"), expected);
    }
    for (const fd of fds) fs.closeSync(fd);
  },
};
