import { fileName, oid, ROOT_OID, type FileName, type Oid } from "../../daemons/core/brand.ts";
import { S_IFREG } from "../../daemons/core/attributes.ts";
import { run, wait, type Operation as Steps } from "../../daemons/client/core/operation.ts";
import type { Operation } from "../../daemons/fuse/core/request.ts";
import type { Answer, SimClient, World } from "./world.ts";

const O_WRONLY = 1;
const O_APPEND = 0o2000;
const O_EXCL = 0o200;
const O_CREAT = 0o100;
const TIME = { sec: 0, nsec: 0 };

/** What applications were told: what must hold at the end is judged by it. */
export type History = {
  /** Records appended to the common file: acknowledged, and those whose fate the application was not told. */
  readonly appended: Set<string>;
  readonly uncertain: Set<string>;
  /** By name: creations with O_EXCL that succeeded, less removals that did. Undefined: no longer known. */
  readonly exists: Map<string, number | undefined>;
  /** Operations answered. */
  done: number;
};

export const newHistory = (): History => ({ appended: new Set(), uncertain: new Set(), exists: new Map(), done: 0 });

function* ask(client: SimClient, node: Oid, operation: Operation): Steps<Answer> {
  return yield* wait<Answer>((resume) => {
    client.ask(node, operation, resume);
    return undefined;
  });
}

/** Each client does so many operations of each kind, one after the other, all clients at once. */
export function startWorkload(world: World, history: History, operations: number): void {
  for (const client of world.clients) run(application(world, client, history, operations), () => {});
}

const COMMON = fileName("common");
const NAMES = ["a", "b", "c"].map(fileName);

function* application(world: World, client: SimClient, history: History, operations: number): Steps<void> {
  const common = yield* commonFile(client);
  for (let count = 0; count < operations; count += 1) {
    const kind = world.random.below(10);
    if (kind < 4 && common !== undefined) yield* append(client, common, `${client.name}-${count};`, history);
    else if (kind < 6) yield* createExclusive(client, world.random.pick(NAMES), history);
    else if (kind < 8) yield* remove(client, world.random.pick(NAMES), history);
    else if (kind < 9) yield* move(client, world.random.pick(NAMES), world.random.pick(NAMES), history);
    else yield* ask(client, ROOT_OID, { op: "getattr", fh: undefined });
    history.done += 1;
  }
}

function* commonFile(client: SimClient): Steps<{ readonly oid: Oid; readonly fh: number } | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const flags = O_WRONLY | O_APPEND | O_CREAT;
    const made = yield* ask(client, ROOT_OID, {
      op: "create",
      name: COMMON,
      flags,
      mode: S_IFREG | 0o666,
      umask: 0,
      openFlags: 0,
    });
    if (made.kind === "created") return { oid: made.attributes.oid, fh: made.fh };
  }
  return undefined;
}

function* append(
  client: SimClient,
  file: { readonly oid: Oid; readonly fh: number },
  record: string,
  history: History,
): Steps<void> {
  const data = Buffer.from(record);
  // The kernel's offset is of no account with O_APPEND: 0 is as wrong as any.
  const answer = yield* ask(client, file.oid, {
    op: "write",
    fh: file.fh,
    offset: 0,
    writeFlags: 0,
    flags: O_WRONLY | O_APPEND,
    data,
  });
  if (answer.kind === "written") history.appended.add(record);
  else history.uncertain.add(record);
}

/** Counts what exists, as far as answers tell. */
function count(history: History, name: FileName, by: number, answer: Answer): void {
  if (answer.kind === "error" && answer.errno === "EIO") history.exists.set(name, undefined);
  else if (answer.kind !== "error" && history.exists.get(name) !== undefined) {
    history.exists.set(name, (history.exists.get(name) ?? 0) + by);
  }
}

function* createExclusive(client: SimClient, name: FileName, history: History): Steps<void> {
  if (!history.exists.has(name)) history.exists.set(name, 0);
  const flags = O_WRONLY | O_CREAT | O_EXCL;
  const made = yield* ask(client, ROOT_OID, {
    op: "create",
    name,
    flags,
    mode: S_IFREG | 0o600,
    umask: 0,
    openFlags: 0,
  });
  count(history, name, 1, made);
  if (made.kind !== "created") return;
  yield* ask(client, made.attributes.oid, {
    op: "setattr",
    valid: 1,
    fh: undefined,
    mode: 0o640,
    uid: 0,
    gid: 0,
    size: 0,
    atime: TIME,
    mtime: TIME,
    ctime: TIME,
  });
  yield* ask(client, made.attributes.oid, {
    op: "release",
    fh: made.fh,
    flags: 0,
    releaseFlags: 0,
    owner: "\0".repeat(8),
  });
}

function* remove(client: SimClient, name: FileName, history: History): Steps<void> {
  if (!history.exists.has(name)) history.exists.set(name, 0);
  count(history, name, -1, yield* ask(client, ROOT_OID, { op: "unlink", name }));
}

/** With RENAME_NOREPLACE, so that what exists can be counted. */
function* move(client: SimClient, from: FileName, to: FileName, history: History): Steps<void> {
  if (from === to) return;
  for (const name of [from, to]) if (!history.exists.has(name)) history.exists.set(name, 0);
  const answer = yield* ask(client, ROOT_OID, { op: "rename", name: from, newParent: oid(1), newName: to, flags: 1 });
  count(history, from, -1, answer);
  count(history, to, 1, answer);
}
