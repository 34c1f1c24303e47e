import assert from "node:assert/strict";
import { type Cluster, settle } from "../support/cluster.ts";
import { compareTrees, differencesText } from "../support/compare-trees.ts";
import { compareXattrs } from "../support/compare-xattrs.ts";

/**
 * All mounts, and all members' exports, show the same. Nobody may change anything meanwhile.
 *
 * @param below A directory to which that is limited.
 */
export function allAreEqual({ servers: [first, ...others], mounts }: Cluster, below = ""): void {
  for (const { at } of mounts) settle(at);
  for (const place of [...others.map((other) => other.export), ...mounts.map((mount) => mount.at)]) {
    const [ours, theirs] = [`${first.export}/${below}`, `${place}/${below}`];
    assert.equal(differencesText(compareTrees(ours, theirs).differences), "", `${ours} and ${theirs} differ`);
    assert.deepEqual(compareXattrs(ours, theirs), [], `xattrs of ${ours} and ${theirs} differ`);
  }
}

/** {@link allAreEqual}; then as `Cluster.endsEqual`. */
export async function allEndEqual(cluster: Cluster): Promise<void> {
  allAreEqual(cluster);
  await cluster.endsEqual();
}
