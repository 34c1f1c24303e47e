import assert from "node:assert/strict";
import { closeSync, fsyncSync, openSync } from "node:fs";
import type { Cluster } from "../support/cluster.ts";
import { compareTrees, differencesText } from "../support/compare-trees.ts";
import { compareXattrs } from "../support/compare-xattrs.ts";

/** When it returns, all that was done on the mount before is on the members: their changes come in the client's order. */
function settle(at: string): void {
  const fd = openSync(at, "r");
  fsyncSync(fd);
  closeSync(fd);
}

/** All mounts show what the first member's export has; then as `Cluster.endsEqual`. */
export async function allEndEqual(cluster: Cluster): Promise<void> {
  for (const { at } of cluster.mounts) settle(at);
  const [first] = cluster.servers;
  for (const { at } of cluster.mounts) {
    assert.equal(differencesText(compareTrees(first.export, at).differences), "", `${first.name} and ${at} differ`);
    assert.deepEqual(compareXattrs(first.export, at), [], `xattrs of ${first.name} and ${at} differ`);
  }
  await cluster.endsEqual();
}
