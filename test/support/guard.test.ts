import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { startGuard } from "./guard.ts";
import { OwnProcess } from "./own-process.ts";
import { temporaryDirectory } from "./temporary.ts";
import { waitUntil } from "./wait-until.ts";

const sleeper = (directory: string): Promise<OwnProcess> => OwnProcess.start(["sleep", "60"], `${directory}/log`);

test("a guard ends what it guards when its time is over, and nothing else", async () => {
  using place = temporaryDirectory("guard");
  await using guard = startGuard(place.path, 1_000);
  const [guarded, other] = [await sleeper(place.path), await sleeper(place.path)];
  guard.process(guarded.pid);
  await waitUntil("the guarded process has ended", () => !guarded.runs, 10_000);
  assert.ok(guard.wasLate());
  assert.ok(other.runs);
  await other.stop();
});

test("a guard ends what it guards when its test is killed", async () => {
  using place = temporaryDirectory("guard");
  const guarded = await sleeper(place.path);
  const script = `import { startGuard } from ${JSON.stringify(`${import.meta.dirname}/guard.ts`)};
    startGuard(${JSON.stringify(place.path)}, 60_000).process(${guarded.pid});
    process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", script], { stdio: "inherit" });
  await once(child, "exit");
  await waitUntil("the guarded process has ended", () => !guarded.runs, 10_000);
  await waitUntil("nothing is left", () => readdirSync(place.path).length === 0, 10_000);
});

test("a guard leaves a process alone that got the number of one that has ended", async () => {
  using place = temporaryDirectory("guard");
  const other = await sleeper(place.path);
  {
    await using _guard = startGuard(place.path, 60_000);
    writeFileSync(`${place.path}/guarded`, `process ${other.pid} 12345\n`);
  }
  assert.ok(other.runs);
  await other.stop();
});
