import type { Result } from "../../../daemons/core/result.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";

const NAMES = ["a", "b", "c", "d"];

/** What a client's own directory was after each of its changes: names, and what is in the files. */
export type States = {
  /** In order; the last may be of a change under way. */
  readonly all: string[];
  /** The place of the last that is on all disks for sure. */
  sure: number;
};

type Files = Map<string, string>;

export const textOf = (files: ReadonlyMap<string, string>): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join(" ");

/** Works alone in a directory of its own, one change after the other, and knows what is there after each. */
export function* busyWithOwnTree(world: World, client: SimClient, states: States, operations: number): Steps<void> {
  const { random } = world;
  const { kernel, name: directory } = client;
  const made = yield* kernel.mkdir(directory);
  if (!made.ok) return;
  let files: Files = new Map();
  states.all.push(textOf(files));
  for (let count = 0; count < operations; count += 1) {
    const after = new Map(files);
    const name = random.pick(NAMES);
    const path = `${directory}/${name}`;
    const kind = random.below(10);
    let call: Steps<Result<unknown>>;
    if (kind < 5) {
      const text = `${count};`;
      after.set(name, (files.get(name) ?? "") + text);
      call = append(client, path, text, states, files.has(name) ? undefined : new Map(files).set(name, ""));
    } else if (kind < 7) {
      const to = random.pick(NAMES);
      if (to === name || !files.has(name)) continue;
      after.set(to, files.get(name) ?? "");
      after.delete(name);
      call = kernel.rename(path, `${directory}/${to}`);
    } else if (kind < 8) {
      if (!files.has(name)) continue;
      after.delete(name);
      call = kernel.unlink(path);
    } else if (kind < 9) {
      yield* syncAll(client, path, states);
      continue;
    } else {
      yield* kernel.fuse.sleep(random.next() * 100);
      continue;
    }
    states.all.push(textOf(after));
    const done = yield* call;
    // Whether it was done is not known: the client's order is not, from here on.
    if (!done.ok) return;
    files = after;
  }
}

/** open, write, close. @param made What is there when the file was made, and not yet written. */
function* append(
  { kernel }: SimClient,
  path: string,
  text: string,
  states: States,
  made: Files | undefined,
): Steps<Result<unknown>> {
  if (made !== undefined) states.all.splice(-1, 0, textOf(made));
  const opened = yield* kernel.open(path, { create: true, append: true });
  if (!opened.ok) return opened;
  const written = yield* kernel.write(opened.value, 0, text);
  yield* kernel.close(opened.value);
  return written;
}

/** fsync of a file: what the client did before is there, too. */
function* syncAll({ kernel }: SimClient, path: string, states: States): Steps<void> {
  const opened = yield* kernel.open(path);
  if (!opened.ok) return;
  const sure = states.all.length - 1;
  const synced = yield* kernel.fsync(opened.value);
  if (synced.ok) states.sure = sure;
  yield* kernel.close(opened.value);
}
