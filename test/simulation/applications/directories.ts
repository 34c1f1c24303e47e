import { fileName, ROOT_OID, type Oid } from "../../../daemons/core/brand.ts";
import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";
import { ask, lookup, mkdir } from "./calls.ts";

const NAMES = ["d", "e", "f"].map(fileName);

/** Makes directories, and moves them into one another: two clients must never make a loop of them (rule L9). */
export function* busyWithDirectories(world: World, client: SimClient, operations: number): Steps<void> {
  const known: Oid[] = [ROOT_OID];
  for (let count = 0; count < operations; count += 1) {
    const parent = world.random.pick(known);
    const name = world.random.pick(NAMES);
    const kind = world.random.below(10);
    if (kind < 3) {
      const made = yield* mkdir(client, parent, name);
      if (made.kind === "entry") known.push(made.attributes.oid);
    } else if (kind < 4) {
      const found = yield* lookup(client, parent, name);
      if (found !== undefined) known.push(found.oid);
    } else if (kind < 9) {
      const to = { newParent: world.random.pick(known), newName: world.random.pick(NAMES) };
      yield* ask(client, parent, { op: "rename", name, ...to, flags: world.random.pick([0, 0, 1, 2]) });
    } else yield* ask(client, parent, { op: "rmdir", name });
  }
}

/** Names of the two directories, and of what is in each; both begin below another parent. */
const ENDS = [
  { parent: "p", moved: "a", below: "into" },
  { parent: "q", moved: "b", below: "into" },
] as const;

/**
 * Half of the clients move one directory to below the other, the other half the other to below the one. Parents differ:
 * only the lease of the tree keeps the two apart.
 */
export function* moveIntoEachOther(world: World, client: SimClient, operations: number): Steps<void> {
  const places: { readonly parent: Oid; readonly below: Oid }[] = [];
  for (const { parent, moved, below } of ENDS) {
    const parentOid = yield* made(client, ROOT_OID, parent);
    const movedOid = yield* made(client, parentOid, moved);
    places.push({ parent: parentOid, below: yield* made(client, movedOid, below) });
  }
  const mine = Number(client.name.slice(1)) % 2;
  const [from, to] = mine === 0 ? [places[0], places[1]] : [places[1], places[0]];
  const name = fileName(ENDS[mine]?.moved ?? "");
  if (from === undefined || to === undefined) return;
  for (let count = 0; count < operations; count += 1) {
    const [here, there] = world.random.chance(0.5) ? [from.parent, to.below] : [to.below, from.parent];
    yield* ask(client, here, { op: "rename", name, newParent: there, newName: name, flags: 0 });
  }
}

/** The directory of this name, whoever makes it. */
function* made(client: SimClient, parent: Oid, name: string): Steps<Oid> {
  const answer = yield* mkdir(client, parent, fileName(name));
  if (answer.kind === "entry") return answer.attributes.oid;
  return (yield* lookup(client, parent, fileName(name)))?.oid ?? parent;
}
