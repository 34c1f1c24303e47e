import { test } from "node:test";
import { SCENARIOS } from "./scenarios.ts";
import { seeds, simulate } from "./simulate.ts";

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(`what applications of three mounts see of shared files happened in one order: ${name}`, {
    todo: scenario.todo ?? false,
  }, () => {
    simulate(scenario, seeds(0.5));
  });
}
