/**
 * What scales how on ours: with more files, with more clients on one group, with a slower network. As root.
 *
 *     node --import tsx bench/scale.ts [files] [clients] [network]
 *
 * Two servers and all clients are on this machine, so that more clients share its cores with the servers.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Cluster, prepareCluster, startCluster } from "../test/support/cluster.ts";
import { freshFolder } from "./fresh-folder.ts";
import { Ours } from "./peers/ours.ts";
import { syncDirectory } from "./peers/sync-directory.ts";
import { makeTree } from "./peers/tree.ts";
import { row, seconds } from "./scale/figures.ts";
import { openSlowPort } from "./scale/slow-port.ts";

const FILES = [500, 5_000, 50_000];
const CLIENTS = [1, 2, 4, 8, 16];
const FILES_OF_A_CLIENT = 300;
const ROUND_TRIPS_MS = [0, 1, 20];
const LIMIT_MS = 1_800_000;

/** A tree of so many files, in a directory that goes when all is over. */
const folder = freshFolder();
async function archiveOf(files: number): Promise<string> {
  const path = join(folder, `of-${files}`);
  mkdirSync(path, { recursive: true });
  return (await makeTree(path, files)).archive;
}

async function files(): Promise<void> {
  for (const count of FILES) {
    const archive = await archiveOf(count);
    const ours = new Ours();
    try {
      await ours.start();
      const untar = await seconds("untar", ours.at, { archive });
      const began = performance.now();
      await ours.barrier();
      const barrier = (performance.now() - began) / 1000;
      await ours.remount();
      const find = await seconds("find", ours.at, {});
      const each = (value: number): number => (value * 1e6) / count;
      row(`${count} files`, {
        "untar, barrier, µs a file": each(untar + barrier),
        "find, cold, µs a file": each(find),
      });
    } finally {
      await ours.stop();
    }
  }
}

async function clients(): Promise<void> {
  const archive = await archiveOf(FILES_OF_A_CLIENT);
  for (const count of CLIENTS) {
    await using cluster = await startCluster({ mounts: count, log: "default", limitMs: LIMIT_MS });
    const places = cluster.mounts.map(({ at }, client) => join(at, `client-${client}`));
    for (const place of places) mkdirSync(place);
    const began = performance.now();
    await Promise.all(places.map((place) => seconds("untar", place, { archive })));
    await Promise.all(cluster.mounts.map(({ at }) => syncDirectory(at)));
    const took = (performance.now() - began) / 1000;
    row(`${count} clients`, { "files a second, all": (count * FILES_OF_A_CLIENT) / took });
    cluster.passed();
  }
}

/** Gives clients another port of each server, by the configuration that mounts read; servers have read theirs. */
function throughPorts(cluster: Cluster, ports: readonly number[]): void {
  const text = cluster.servers.reduce(
    (config, { port }, at) => config.replace(`port: ${port}`, `port: ${ports[at]}`),
    readFileSync(cluster.config, "utf8"),
  );
  writeFileSync(cluster.config, text);
}

async function network(): Promise<void> {
  const archive = await archiveOf(FILES_OF_A_CLIENT);
  for (const ms of ROUND_TRIPS_MS) {
    await using cluster = await prepareCluster({ log: "default", limitMs: LIMIT_MS });
    for (const server of cluster.servers) await server.start();
    await using one = await openSlowPort(cluster.servers[0].port, ms);
    await using two = await openSlowPort(cluster.servers[1].port, ms);
    if (ms > 0) throughPorts(cluster, [one.port, two.port]);
    const [mount] = cluster.mounts;
    await mount.mount();
    const untar = await seconds("untar", mount.at, { archive });
    const began = performance.now();
    await syncDirectory(mount.at);
    const barrier = (performance.now() - began) / 1000;
    const count = 50;
    const fsync = await seconds("fsync", mount.at, { count });
    await mount.unmount();
    await mount.mount();
    const find = await seconds("find", mount.at, {});
    row(`${ms} ms`, {
      "untar, ms a file": (untar * 1000) / FILES_OF_A_CLIENT,
      "barrier, ms": barrier * 1000,
      "fsync, ms each": (fsync * 1000) / count,
      "find, cold, ms": find * 1000,
    });
    await mount.unmount();
    cluster.passed();
  }
}

const PARTS = { files, clients, network } as const;
const wanted = process.argv.slice(2);
try {
  for (const [name, part] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await part();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
