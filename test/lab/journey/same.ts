import assert from "node:assert/strict";
import type { Host } from "../host.ts";
import type { Journey } from "./journey.ts";

/** Names, kinds, modes, owners, sizes, times, targets, links, and the contents' digests, one line for each name. */
async function listing(host: Host, directory: string): Promise<string> {
  const names = "find . -printf '%P %y %m %U:%G %n %T@ %l ' -a '(' -type f -printf '%s\\n' -o -printf '-\\n' ')'";
  const contents = "find . -type f -exec sha256sum {} +";
  return host.run(`cd '${directory}' && { ${names}; ${contents}; } | grep -v '[.]pohmelfs' | LC_ALL=C sort`);
}

/** Fails unless both servers hold the same tree, that has something in it. @returns The listing. */
export async function sameOnServers({ servers: [one, two] }: Journey, directory: string): Promise<string> {
  const first = await listing(one, directory);
  assert.ok(first.split("\n").length > 3, "there is nothing to compare");
  assert.equal(await listing(two, directory), first);
  return first;
}
