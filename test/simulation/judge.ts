/** The rules of the design, as far as one can see them from outside, when all is quiet. */
import assert from "node:assert/strict";
import { fileName, ROOT_OID, type FileName } from "../../daemons/core/brand.ts";
import { judgeCalls } from "./history/judge-calls.ts";
import type { History } from "./history.ts";
import { judgeMounts } from "./judge-mounts.ts";
import type { SimClient } from "./sim-client.ts";
import type { SimMember } from "./sim-member.ts";
import { SPANS } from "./spans.ts";
import type { World } from "./world.ts";

/** All members hold the same tree, nothing is cut off from it, and nothing is left over. */
export function judgeTrees({ members }: World): void {
  const [first, ...others] = members.map((member) => member.store.dump());
  for (const other of others) assert.equal(other, first, "members hold the same tree when all is quiet");
  for (const { store, name } of members) {
    // A file with several names is shown with each.
    const shown = new Set(
      store
        .dump()
        .split("\n")
        .map((line) => line.split(" ")[1]),
    );
    assert.equal(shown.size, store.count(), `${name}: every object has a way to it from the root: there are no loops`);
    assert.deepEqual(store.orphans(), [], `${name}: what nobody has open any more is gone`);
  }
}

export function judgeHistory({ members: [member] }: World, history: History): void {
  assert.deepEqual(history.wrong, []);
  if (member === undefined) return;
  const counts = new Map<string, number>();
  for (const record of (contents(member, fileName("common")) ?? "").split(/(?<=;)/)) {
    if (record !== "") counts.set(record, (counts.get(record) ?? 0) + 1);
  }
  for (const record of history.appended)
    assert.equal(counts.get(record), 1, `the acknowledged ${record} is there, once`);
  for (const [record, times] of counts) {
    assert.equal(times, 1, `${record} was applied once`);
    assert.ok(history.appended.has(record) || history.uncertain.has(record), `somebody wrote ${record}`);
  }
  for (const [name, times] of history.exists) {
    if (times === undefined) continue;
    const exists: number = contents(member, name) === undefined ? 0 : 1;
    assert.equal(exists, times, `${name} exists as often as it was made and not removed`);
  }
}

function contents({ store }: SimMember, name: FileName): string | undefined {
  const found = store.lookup(ROOT_OID, name);
  if (!found.ok) return undefined;
  const bytes = Buffer.alloc(found.value.size);
  const read = store.read(found.value.oid, 0, bytes.length, bytes);
  return read.ok ? bytes.subarray(0, read.value).toString() : undefined;
}

/** No member was given up, and no program's lock was lost. */
export function judgeEvents({ clients }: World): void {
  const bad = clients.flatMap(({ events }) =>
    events.filter(({ kind }) => kind === "memberDiverged" || kind === "lockLost" || kind === "sessionLost"),
  );
  assert.equal(bad.length, 0, JSON.stringify(bad));
}

/** In the log of a world that was not judged to the end: too much has an unknown outcome. */
export const NOT_JUDGED = "is not judged to the end";

/** What applications saw, and what is left. Servers never differ. */
export function judgeCoherence(world: World): void {
  const diverged = world.clients.flatMap(({ events }) => events.filter(({ kind }) => kind === "memberDiverged"));
  assert.equal(diverged.length, 0, JSON.stringify(diverged));
  assert.deepEqual(world.wrong, []);
  if (!judgeCalls(world.recorder)) world.note(NOT_JUDGED);
  judgePredictions(world);
  // What a client had open that is gone is kept for as long as it may come back.
  if (world.clients.some(({ events, isDead }) => isDead || events.some(({ kind }) => kind === "sessionLost")))
    world.pass(SPANS.forgetMs + 10_000);
  judgeTrees(world);
  judgeMounts(world);
}

/** What applications were told of changes is what became of them. */
function judgePredictions({ clients }: World): void {
  for (const { name, isDead, client } of clients)
    assert.ok(isDead || client.cache.mispredicted === 0, `${name} foretold a change wrongly`);
}

/** An administrator is told to compare what the servers have. */
export const tellsOfDifference = (event: SimClient["events"][number]): boolean =>
  event.kind === "memberDiverged" || (event.kind === "sessionLost" && event.because.includes("under way"));
