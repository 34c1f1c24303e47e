import { basename } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../support/temporary.ts";
import { exercise } from "./fsx.ts";

for (const seed of [1, 2, 3, 4, 5]) {
  test(`seed ${seed}: 2,000 random steps leave a local file as the model says`, { timeout: 120_000 }, () => {
    using place = temporaryDirectory("fsx");
    exercise([`${place.path}/file`], { seed, steps: 2_000 });
  });
}

test("seed 6: 2,000 random steps in a file of at most two pages", { timeout: 120_000 }, () => {
  using place = temporaryDirectory("fsx");
  exercise([`${place.path}/file`], { seed: 6, steps: 2_000, sizeMax: 8_192 });
});

test("seed 7: 2,000 random steps through two names", { timeout: 120_000 }, () => {
  using place = temporaryDirectory("fsx");
  exercise([`${place.path}/file`, `${place.path}/../${basename(place.path)}/file`], { seed: 7, steps: 2_000 });
});
