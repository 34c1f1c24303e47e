import assert from "node:assert/strict";
import { S_IFDIR, S_IFMT } from "../../daemons/core/attributes.ts";
import { ROOT_OID, type Oid } from "../../daemons/core/brand.ts";
import type { Time } from "../../daemons/core/time.ts";
import { run, type Operation as Steps } from "../../daemons/client/core/operation.ts";
import type { SimClient } from "./sim-client.ts";
import type { SimMember } from "./sim-member.ts";
import type { World } from "./world.ts";

/** Virtual milliseconds in which a tree must have been walked. */
const WITHIN_MS = 60_000;
const MOST_BYTES = 4_096;

/** When all is quiet, every mount shows what the members hold. */
export function judgeMounts(world: World): void {
  const [member] = world.members;
  if (member === undefined) return;
  for (const client of world.clients) {
    if (client.isDead || client.client.stopped !== "") continue;
    const shown = new Map<string, string>();
    let isDone = false;
    run(walk(client, "", shown), () => {
      isDone = true;
    });
    assert.ok(
      world.runUntil(() => isDone, WITHIN_MS),
      `${client.name} shows its tree`,
    );
    assert.deepEqual(shown, held(member.store, ROOT_OID, ""), `${client.name} shows what is on the servers`);
  }
}

/** Paths, and what they lead to: as programs see it. */
function* walk(client: SimClient, path: string, shown: Map<string, string>): Steps<void> {
  const { kernel } = client;
  const names = yield* kernel.readdir(path);
  if (!names.ok) {
    shown.set(path, names.errno);
    return;
  }
  for (const name of [...names.value].sort()) {
    const below = path === "" ? name : `${path}/${name}`;
    const found = yield* kernel.stat(below);
    if (!found.ok) shown.set(below, found.errno);
    else if ((found.value.mode & S_IFMT) === S_IFDIR) {
      shown.set(below, "directory");
      yield* walk(client, below, shown);
    } else {
      const { oid, mode, nlink, size, mtime } = found.value;
      shown.set(below, `${oid} ${mode} ${nlink} ${size} ${momentOf(mtime)} ${yield* textOf(client, below)}`);
    }
  }
}

const momentOf = ({ sec, nsec }: Time): string => `${sec}.${nsec}`;

function* textOf({ kernel }: SimClient, path: string): Steps<string> {
  const opened = yield* kernel.open(path);
  if (!opened.ok) return opened.errno;
  const read = yield* kernel.read(opened.value, 0, MOST_BYTES);
  yield* kernel.close(opened.value);
  return read.ok ? read.value : read.errno;
}

function held(store: SimMember["store"], directory: Oid, path: string): Map<string, string> {
  const there = new Map<string, string>();
  const listed = store.list(directory, 0, 1_000_000);
  if (!listed.ok) return there;
  for (const { name, attributes } of [...listed.value.entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = path === "" ? name : `${path}/${name}`;
    const { oid, mode, nlink, size, mtime } = attributes;
    if ((mode & S_IFMT) === S_IFDIR) {
      there.set(below, "directory");
      for (const [at, what] of held(store, oid, below)) there.set(at, what);
      continue;
    }
    const bytes = Buffer.alloc(size);
    store.read(oid, 0, size, bytes);
    there.set(below, `${oid} ${mode} ${nlink} ${size} ${momentOf(mtime)} ${bytes.toString("latin1")}`);
  }
  return there;
}
