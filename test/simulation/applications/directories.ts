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
