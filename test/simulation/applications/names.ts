import { fileName, ROOT_OID, type FileName, type Oid } from "../../../daemons/core/brand.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import { TIME_ZERO } from "../../../daemons/core/time.ts";
import type { Answer, SimClient } from "../sim-client.ts";
import type { History } from "../history.ts";
import type { World } from "../world.ts";
import { append, ask, close, create, isUncertain, openForSure } from "./calls.ts";

export const COMMON = fileName("common");
const NAMES = ["a", "b", "c"].map(fileName);

/** Appends to a file that all share, makes, changes, renames and removes files of a few names. */
export function* busyWithNames(world: World, client: SimClient, history: History, operations: number): Steps<void> {
  const common = yield* openForSure(client, ROOT_OID, COMMON);
  for (let count = 0; count < operations; count += 1) {
    const kind = world.random.below(10);
    if (kind < 4 && common !== undefined) {
      const record = `${client.name}-${count};`;
      const answer = yield* append(client, common, record);
      if (answer.kind === "written") history.appended.add(record);
      else history.uncertain.add(record);
    } else if (kind < 6) yield* createExclusive(client, world.random.pick(NAMES), history);
    else if (kind < 8) yield* remove(client, world.random.pick(NAMES), history);
    else if (kind < 9) yield* move(client, world.random.pick(NAMES), world.random.pick(NAMES), history);
    else yield* ask(client, ROOT_OID, { op: "getattr", fh: undefined });
    history.done += 1;
  }
  if (common !== undefined) yield* close(client, common);
}

/** Counts what exists, as far as answers tell. */
function count(history: History, name: FileName, by: number, answer: Answer): void {
  if (!history.exists.has(name)) history.exists.set(name, 0);
  const known = history.exists.get(name);
  if (isUncertain(answer)) history.exists.set(name, undefined);
  else if (answer.kind !== "error" && known !== undefined) history.exists.set(name, known + by);
}

function* createExclusive(client: SimClient, name: FileName, history: History): Steps<void> {
  const made = yield* create(client, ROOT_OID, name, true);
  count(history, name, 1, made);
  if (made.kind !== "created") return;
  const { oid } = made.attributes;
  yield* chmod(client, oid);
  yield* close(client, { oid, fh: made.fh });
}

function* chmod(client: SimClient, oid: Oid): Steps<void> {
  const times = { atime: TIME_ZERO, mtime: TIME_ZERO, ctime: TIME_ZERO };
  yield* ask(client, oid, { op: "setattr", valid: 1, fh: undefined, mode: 0o640, uid: 0, gid: 0, size: 0, ...times });
}

function* remove(client: SimClient, name: FileName, history: History): Steps<void> {
  count(history, name, -1, yield* ask(client, ROOT_OID, { op: "unlink", name }));
}

/** With RENAME_NOREPLACE, so that what exists can be counted. */
function* move(client: SimClient, from: FileName, to: FileName, history: History): Steps<void> {
  if (from === to) return;
  const answer = yield* ask(client, ROOT_OID, { op: "rename", name: from, newParent: ROOT_OID, newName: to, flags: 1 });
  count(history, from, -1, answer);
  count(history, to, 1, answer);
}
