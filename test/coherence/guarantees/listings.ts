import assert from "node:assert/strict";
import * as fs from "node:fs";
import { race } from "../../programs/race.ts";
import type { Guarantees } from "../guarantee.ts";

const STAYING = 300;

export const ofListings: Guarantees = {
  "a listing that is made while names come and go on other mounts has all that stay, each once": async ([a, b, c]) => {
    for (let number = 0; number < STAYING; number++) fs.writeFileSync(`${a}/stays-${number}`, "");
    const churning = race([a, b].map((dir, number) => ({ task: "churn" as const, dir, number, count: 60 })));
    let over = false;
    const end = churning.finally(() => {
      over = true;
    });
    end.catch(() => {}); // awaited below
    const expected = Array.from({ length: STAYING }, (_, number) => `stays-${number}`).sort();
    for (let times = 0; !over || times < 3; times++) {
      const names = fs.readdirSync(c);
      assert.deepEqual(names.filter((name) => name.startsWith("stays-")).sort(), expected);
      assert.equal(new Set(names).size, names.length);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await end;
  },
};
