import type { Oid } from "../../daemons/core/brand.ts";
import type { Call, ContentOp } from "./history/calls.ts";
import type { World } from "./world.ts";

const lengthOf = (op: ContentOp): number => (op.kind === "write" || op.kind === "append" ? op.data.length : 0);

/** Whether a later operation may have written over what this one wrote, so that it was perhaps never sent. */
function isCovered(earlier: ContentOp, later: ContentOp): boolean {
  if (later.kind === "truncate") return true;
  if (later.kind !== "write") return false;
  if (earlier.kind !== "write") return true;
  return later.offset < earlier.offset + lengthOf(earlier) && earlier.offset < later.offset + lengthOf(later);
}

/**
 * After fsync: all that the client's programs had written to the file before is on the disk of every member.
 * @param begun When fsync was called, in the order of all that happened.
 * @returns What is wrong.
 */
export function missingAfterSync(world: World, by: string, oid: Oid, begun: number): readonly string[] {
  const calls: readonly Call<ContentOp>[] = world.recorder.contents.get(oid) ?? [];
  const own = calls.filter((call) => call.by === by && call.end < begun && !call.maybe);
  const written = own.filter(
    ({ op, begin }) =>
      lengthOf(op) > 0 && !calls.some((later) => later.end > begin && isCovered(op, later.op) && later.op !== op),
  );
  return world.members.flatMap(({ name, store }) => {
    const durable = store.written(oid);
    return written
      .filter(({ op }) => !("data" in op && durable.includes(op.data)))
      .map(({ op }) => `${by} called fsync for object ${oid}, but ${JSON.stringify(op)} is not on the disk of ${name}`);
  });
}
