import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";

/** Milliseconds between two calls, at most. */
const PAUSE_MS = 60;

/** All work on one file that stays open, now and then, for seconds. */
export function* busyWithOneFile({ random }: World, client: SimClient, operations: number): Steps<void> {
  const { kernel } = client;
  const opened = yield* kernel.open("d/f", { create: true, append: random.chance(0.5) });
  if (!opened.ok) return;
  for (let count = 0; count < operations; count += 1) {
    if (random.chance(0.7)) yield* kernel.write(opened.value, random.below(40), `${client.name}.${count};`);
    else yield* kernel.read(opened.value, 0, 64);
    yield* kernel.fuse.sleep(random.next() * PAUSE_MS);
  }
  yield* kernel.close(opened.value);
}
