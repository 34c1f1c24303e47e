import assert from "node:assert/strict";
import { type Cluster, settle } from "../support/cluster.ts";
import { compareTrees, differencesText } from "../support/compare-trees.ts";
import { compareXattrs } from "../support/compare-xattrs.ts";

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
