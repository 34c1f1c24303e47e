import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { clientId } from "../core/brand.ts";
import type { Change } from "../wire/messages.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { longScript } from "./testing/long-script.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

const CLIENT = clientId(1);
const KILLS = 6;

/** Lets a process apply changes, and kills it after some. @returns The last that it said it had applied. */
async function killed(root: string, after: number): Promise<number> {
  const path = fileURLToPath(new URL("testing/kill-me.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, root], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let said = 0;
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    said = line === "ready" ? said : Number(line);
    lines += 1;
    if (lines === after) child.kill("SIGKILL");
  }
  await exited;
  return said;
}

test("a member that is killed in the middle of changes has applied each once", { skip: needsRoot }, async () => {
  const script = longScript();
  const { open, remove, root } = temporaryExport();
  const first = open();
  first.register(CLIENT);
  first.close();
  const share = Math.floor(script.changes.length / (KILLS + 1));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const said = await killed(root, share);
    const store = open();
    const position = store.position(CLIENT) ?? -1;
    assert(position >= said, `said ${said}, remembered ${position}`);
    store.abandon();
  }
  const store = open();
  const position = store.position(CLIENT) ?? 0;
  assert(position > 0 && position < script.changes.length, `${position} of ${script.changes.length}`);
  for (let place = position - 5; place < script.changes.length; place += 1) {
    const applied = store.apply(CLIENT, script.changes[place] as Change);
    assert.equal(applied.kind, place < position ? "repeated" : "applied");
    assert(applied.kind === "applied" || applied.kind === "repeated");
    assert.equal(applied.outcome.errno, script.outcomes[place]);
  }
  assert.deepEqual(describeTree(store), script.tree);
  store.close();
  remove();
});
