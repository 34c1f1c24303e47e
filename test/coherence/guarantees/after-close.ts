import assert from "node:assert/strict";
import * as fs from "node:fs";
import { spread } from "../figures.ts";
import type { Guarantees } from "../guarantee.ts";
import { sees } from "../watch.ts";

const FILES = 200;
/** The bar on an idle machine is 10 ms (bench/); this one is for any machine that runs the tests. */
const LONGEST_MS = 2_000;

export const afterClose: Guarantees = {
  "when close has returned, the next open on another mount gets all of it, soon": ([a, b, c], tell) => {
    const took: number[] = [];
    for (let number = 0; number < FILES; number++) {
      const text = `file ${number};`.repeat(1 + ((number * 97) % 900));
      fs.writeFileSync(`${a}/file-${number}`, text);
      const closed = performance.now();
      const got = fs.readFileSync(`${number % 2 === 0 ? b : c}/file-${number}`, "latin1");
      took.push(performance.now() - closed);
      assert.equal(got, text);
    }
    tell(`from close on one mount to all of a new file read on another: ${spread(took)}`);
    assert.ok(Math.max(...took) < LONGEST_MS);
  },

  "while one mount opens, writes and closes without a pause, whoever opens on another sees the last that was closed":
    async (places, tell) => tell(await sees("closed", places, 400)),
};
