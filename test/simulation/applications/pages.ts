import type { Operation as Steps } from "../../../daemons/client/core/operation.ts";
import { PAGE } from "../kernel/page-cache.ts";
import type { SimClient } from "../sim-client.ts";
import type { World } from "../world.ts";

const PAGES = 4;
/** Milliseconds between two calls, at most. */
const PAUSE_MS = 3;

/** Makes the file that all work on: of several pages. */
export function* makePages({ kernel }: SimClient): Steps<void> {
  const made = yield* kernel.open("f", { create: true });
  if (!made.ok) return;
  yield* kernel.write(made.value, 0, ".".repeat(PAGES * PAGE));
  yield* kernel.close(made.value);
}

/** Reads and overwrites, in place, parts of pages of one file that stays open: its size stays the same. */
export function* busyWithPages({ random }: World, client: SimClient, operations: number): Steps<void> {
  const { kernel } = client;
  const opened = yield* kernel.open("f");
  if (!opened.ok) return;
  for (let count = 0; count < operations; count += 1) {
    const at = random.below(PAGES) * PAGE + random.below(4);
    const kind = random.below(10);
    if (kind < 1) yield* kernel.chmod("f", random.pick([0o600, 0o644]));
    else if (kind < 2) yield* kernel.fstat(opened.value);
    else if (kind < 5) yield* kernel.write(opened.value, at, `${client.name}.${count};`);
    else yield* kernel.read(opened.value, at, PAGE / 2);
    if (random.chance(0.5)) yield* kernel.fuse.sleep(random.next() * PAUSE_MS);
  }
  yield* kernel.close(opened.value);
}
