import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { SimClient } from "../sim-client.ts";
import type { OpenFile } from "../kernel/open-file.ts";
import type { World } from "../world.ts";

const DIRECTORIES = ["d", "e"];
const NAMES = ["a", "b", "c"];

/** The directories that all work in. */
export function* makeSharedTree({ kernel }: SimClient): Steps<void> {
  for (const directory of DIRECTORIES) yield* kernel.mkdir(directory);
}

/** Works in few directories on few files that all others work on, too, as programs do: many calls by path, some open files. */
export function* busyWithSharedTree(world: World, client: SimClient, operations: number): Steps<void> {
  const { random } = world;
  const { kernel } = client;
  const files: OpenFile[] = [];
  const path = (): string => `${random.pick(DIRECTORIES)}/${random.pick(NAMES)}`;
  for (let count = 0; count < operations; count += 1) {
    const unique = `${client.name}.${count};`;
    const kind = random.below(20);
    if (kind < 4) yield* useFile(world, client, path(), unique);
    else if (kind < 7) yield* kernel.stat(path());
    else if (kind < 8) yield* kernel.readdir(random.pick(DIRECTORIES));
    else if (kind < 10) yield* kernel.unlink(path());
    else if (kind < 13) yield* move(client, path(), path(), random.pick([0, 0, 0, 1, 2]));
    else if (kind < 14) yield* kernel.link(path(), path());
    else if (kind < 15) yield* kernel.chmod(path(), random.pick([0o600, 0o640, 0o644]));
    else if (kind < 16) yield* makeAndRemove(world, client);
    else yield* useOpen(world, client, files, path(), unique);
    if (random.chance(0.2)) yield* kernel.fuse.sleep(random.next() * 60);
  }
  for (const file of files) yield* kernel.close(file);
}

function* move({ kernel }: SimClient, from: string, to: string, flags: number): Steps<void> {
  if (from !== to) yield* kernel.rename(from, to, flags);
}

/** open, some reads and writes, close: the short life of most files. */
function* useFile({ random }: World, { kernel }: SimClient, path: string, unique: string): Steps<void> {
  const how = random.pick([{}, { create: true }, { create: true, exclusive: true }, { create: true, append: true }]);
  const opened = yield* kernel.open(path, how);
  if (!opened.ok) return;
  const file = opened.value;
  for (let times = 1 + random.below(3); times > 0; times -= 1) {
    if (random.chance(0.5)) yield* kernel.read(file, 0, 64);
    else yield* kernel.write(file, random.pick([0, 5, 16]), `${unique}${times}`);
  }
  if (random.chance(0.2)) yield* kernel.fsync(file);
  yield* kernel.close(file);
}

/** Files stay open for some time, and others change them meanwhile. */
function* useOpen(
  { random }: World,
  { kernel }: SimClient,
  files: OpenFile[],
  path: string,
  unique: string,
): Steps<void> {
  if (files.length < 2) {
    const opened = yield* kernel.open(path, { create: true, append: random.chance(0.5) });
    if (opened.ok) files.push(opened.value);
    return;
  }
  const file = random.pick(files);
  const kind = random.below(10);
  if (kind < 4) yield* kernel.read(file, random.below(20), 1 + random.below(40));
  else if (kind < 7) yield* kernel.write(file, random.below(40), unique);
  else if (kind < 8) yield* kernel.truncate(file, random.below(20));
  else if (kind < 9) yield* kernel.fstat(file);
  else {
    files.splice(files.indexOf(file), 1);
    yield* kernel.close(file);
  }
}

/** A directory comes and goes, perhaps with something in it. */
function* makeAndRemove({ random }: World, { kernel }: SimClient): Steps<void> {
  const path = `${random.pick(DIRECTORIES)}/sub`;
  if (random.chance(0.5)) yield* kernel.mkdir(path);
  else yield* kernel.rmdir(path);
  if (random.chance(0.2)) yield* kernel.unlink(`${path}/a`);
  if (random.chance(0.2)) {
    const made = yield* kernel.open(`${path}/a`, { create: true });
    if (made.ok) yield* kernel.close(made.value);
  }
}
