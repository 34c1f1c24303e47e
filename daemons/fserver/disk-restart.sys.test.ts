import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { clientId } from "../core/brand.ts";
import { libc } from "../sys/libc.ts";
import type { Change } from "../wire/messages.ts";
import type { Store } from "./core/store.ts";
import { everyChange, scriptOf } from "./testing/change-script.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { DyingLibc, KILLED } from "./testing/dying-libc.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

const CLIENT = clientId(1);
const script = scriptOf(everyChange);

/** Sends changes as a client does that lost its connection: from a few before the position on. */
function resend(store: Store, changes: readonly Change[], upTo: number): void {
  const position = store.position(CLIENT) ?? assert.fail("the session is known");
  for (let place = Math.max(0, position - 3); place < upTo; place += 1) {
    const change = changes[place] as Change;
    const applied = store.apply(CLIENT, change);
    assert.equal(
      applied.kind,
      place < position ? "repeated" : "applied",
      `${place}: ${JSON.stringify([change, applied, position])}`,
    );
    assert(applied.kind === "applied" || applied.kind === "repeated");
    assert.equal(applied.outcome.errno, script.outcomes[place], `${place}: ${change.kind}`);
  }
}

test("the script ends the same on disk and in memory", { skip: needsRoot }, () => {
  const { open, remove } = temporaryExport();
  const store = open();
  store.register(CLIENT);
  resend(store, script.changes, script.changes.length);
  assert.deepEqual(describeTree(store), script.tree);
  store.close();
  remove();
});

test("wherever a change is killed, sent again it is done once", { skip: needsRoot }, () => {
  const dying = new DyingLibc();
  for (let place = 0; place < script.changes.length; place += 1) {
    for (let calls = 1; ; calls += 1) {
      const { open, remove } = temporaryExport();
      const store = open();
      store.register(CLIENT);
      resend(store, script.changes, place);
      dying.at = dying.count + calls;
      const finished = killed(() => store.apply(CLIENT, script.changes[place] as Change), dying);
      store.abandon();
      libc.setfsuid(0);
      libc.setfsgid(0);
      const after = open();
      const what = `change ${place + 1} (${script.changes[place]?.kind}), killed before its call ${calls}`;
      resend(after, script.changes, script.changes.length);
      assert.deepEqual(describeTree(after), script.tree, what);
      after.close();
      remove();
      if (finished) break;
    }
  }
});

test("wherever an orderly end, or the start after it, is killed, positions and outcomes are known", {
  skip: needsRoot,
}, () => {
  const dying = new DyingLibc();
  const { open, remove, root } = temporaryExport();
  const first = open();
  first.register(CLIENT);
  resend(first, script.changes, script.changes.length);
  first.close();
  for (let calls = 1, finished = false; !finished; calls += 1) {
    finished = killed(() => {
      // The start is killed in the first part of the loop, the end in the other.
      dying.at = dying.count + calls;
      open().close();
    }, dying);
    // This process still has the descriptor; a killed one would not.
    if (!finished) rmSync(`${root}/.pohmelfs/lock`, { force: true });
    const after = open();
    assert.equal(after.position(CLIENT), script.changes.length, `killed before call ${calls}`);
    resend(after, script.changes, script.changes.length);
    assert.deepEqual(
      [describeTree(after), after.count()],
      [script.tree, script.tree.length],
      `killed before call ${calls}`,
    );
    after.close();
  }
  remove();
});

/** @returns Whether it came to its end. */
function killed(run: () => void, dying: DyingLibc): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error !== KILLED) throw error;
    return false;
  } finally {
    dying.at = 0;
  }
}
