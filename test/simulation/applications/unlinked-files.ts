import { S_IFREG } from "../../../daemons/core/attributes.ts";
import { fileName, ROOT_OID, type FileName } from "../../../daemons/core/brand.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { History } from "../history.ts";
import type { Answer, SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";
import { append, ask, close, create, lookup, open, read, type File } from "./calls.ts";

const NAMES = ["x", "y"].map(fileName);

/**
 * Works on files that others remove or replace meanwhile: what is open can be read until it is closed, whoever removed
 * its name; files without a name are made, used, sometimes named.
 */
export function* busyWithOpenFiles(world: World, client: SimClient, history: History, operations: number): Steps<void> {
  for (let count = 0; count < operations; count += 1) {
    const kind = world.random.below(10);
    const name = world.random.pick(NAMES);
    if (kind < 3) yield* ask(client, ROOT_OID, { op: "unlink", name });
    else if (kind < 4) yield* replace(world, client, name);
    else if (kind < 6) yield* readAnothers(world, client, history, name);
    else if (kind < 8) yield* own(world, client, history, yield* create(client, ROOT_OID, name, true), undefined);
    else {
      const made = yield* ask(client, ROOT_OID, { op: "tmpfile", flags: 1, mode: S_IFREG | 0o600, umask: 0 });
      yield* own(world, client, history, made, world.random.chance(0.5) ? name : undefined);
    }
  }
}

/** Writes a file that nobody else writes, and reads it for a while. */
function* own(
  world: World,
  client: SimClient,
  history: History,
  made: Answer,
  link: FileName | undefined,
): Steps<void> {
  if (made.kind !== "created") return;
  const file = { oid: made.attributes.oid, fh: made.fh };
  const text = `${client.name} ${file.oid}`;
  const written = yield* append(client, file, text);
  if (link !== undefined) yield* ask(client, ROOT_OID, { op: "link", from: file.oid, name: link });
  for (let reads = 1 + world.random.below(3); reads > 0; reads -= 1)
    yield* expectText(client, history, file, written.kind === "written" ? text : undefined);
  yield* close(client, file);
}

function* expectText(client: SimClient, history: History, file: File, text: string | undefined): Steps<void> {
  const found = yield* read(client, file, 100);
  if (found === "EIO" || found === "EINTR" || text === undefined) return;
  if (found !== text) history.wrong.push(`${client.name} read ${found} from an open file, not ${text}`);
}

/** Opens what another made. It may go before it is open, but not after. */
function* readAnothers(world: World, client: SimClient, history: History, name: FileName): Steps<void> {
  const found = yield* lookup(client, ROOT_OID, name);
  if (found === undefined) return;
  const file = yield* open(client, found.oid);
  if (file === undefined) return;
  const first = yield* read(client, file, 100);
  for (let reads = 1 + world.random.below(3); reads > 0; reads -= 1) {
    const again = yield* read(client, file, 100);
    if (again === "ESTALE" && first !== "ESTALE") history.wrong.push(`${client.name}: open object ${file.oid} is gone`);
  }
  yield* close(client, file);
}

function* replace(world: World, client: SimClient, name: FileName): Steps<void> {
  const other = world.random.pick(NAMES);
  if (other === name) return;
  yield* ask(client, ROOT_OID, { op: "rename", name: other, newParent: ROOT_OID, newName: name, flags: 0 });
}
