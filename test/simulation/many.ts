/**
 * Many seeds of all scenarios that must hold, or of those whose name has a word in it; tells of each that fails and goes on.
 * `node --import tsx test/simulation/many.ts SEEDS [FROM] [WORD]`; several processes: each its own FROM.
 */
import { NOT_JUDGED } from "./judge.ts";
import { SCENARIOS } from "./scenarios.ts";
import { simulateOnce } from "./simulate.ts";

const [count = "1000", from = "1", word = ""] = process.argv.slice(2);
const began = Date.now();
let done = 0;
let failed = 0;
let unjudged = 0;
for (let seed = Number(from); seed < Number(from) + Number(count); seed += 1) {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (word === "" ? scenario.todo !== undefined : !name.includes(word)) continue;
    done += 1;
    const log: string[] = [];
    try {
      simulateOnce(seed, scenario, log);
      if (log.some((line) => line.endsWith(NOT_JUDGED))) unjudged += 1;
    } catch (error) {
      failed += 1;
      const because = error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error);
      console.log(`${name}: seed ${seed}: ${because}`);
    }
  }
}
console.log(
  `${done} runs, ${failed} failed, ${unjudged} not judged to the end, ${Math.round((done * 60_000) / (Date.now() - began))} a minute`,
);
process.exitCode = failed === 0 ? 0 : 1;
