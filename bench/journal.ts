/**
 * What durability costs on a mount with two members on this machine: `node --import tsx bench/journal.ts`, as root.
 *
 * Both exports lie on the disk of the temporary directory. POHMELFS_DIST names the programs (default: dist/), so that two
 * builds can be compared. Each row is the median of several short runs; the machine should be idle.
 */
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { startCluster } from "../test/support/cluster.ts";

const RUNS = 5;
const FILES = 60;
const PIECE = Buffer.alloc(4_096, 1);
const LARGE = Buffer.alloc(1_048_576, 2);
const WRITERS = 8;

const rows: string[] = [];

/** @param count How often `run` does it. */
async function measure(what: string, count: number, run: (round: number) => void | Promise<void>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    const began = process.hrtime.bigint();
    await run(round);
    times.push(Number(process.hrtime.bigint() - began) / 1_000 / count);
  }
  times.sort((a, b) => a - b);
  const [least = 0] = times;
  const median = times[Math.floor(RUNS / 2)] ?? 0;
  rows.push(`${what.padEnd(44)}${median.toFixed(0).padStart(12)}${least.toFixed(0).padStart(12)}`);
}

function create(at: string, end: (fd: number) => void): void {
  for (let file = 0; file < FILES; file += 1) {
    const fd = openSync(`${at}/file-${file}`, "wx");
    writeSync(fd, PIECE);
    end(fd);
    closeSync(fd);
  }
}

function write(fd: number, data: Buffer, count: number, end: (fd: number) => void): void {
  for (let piece = 0; piece < count; piece += 1) {
    writeSync(fd, data, 0, data.length, piece * data.length);
    end(fd);
  }
}

const nothing = (): void => {};

async function run(at: string): Promise<void> {
  for (const [what, end] of [
    ["create, 4 KiB, close", nothing],
    ["create, 4 KiB, fsync, close", fsyncSync],
  ] as const) {
    await measure(what, FILES, (round) => {
      mkdirSync(`${at}/${what}-${round}`);
      create(`${at}/${what}-${round}`, end);
    });
  }
  const fd = openSync(`${at}/one`, "w+");
  write(fd, LARGE, 16, nothing);
  await measure("write 4 KiB", FILES, () => write(fd, PIECE, FILES, nothing));
  await measure("write 4 KiB, fdatasync", FILES, () => write(fd, PIECE, FILES, fdatasyncSync));
  await measure("write 1 MiB, fdatasync", 10, () => write(fd, LARGE, 10, fdatasyncSync));
  await measure("write 16 MiB, one fsync: a MiB", 16, () => {
    write(fd, LARGE, 16, nothing);
    fsyncSync(fd);
  });
  closeSync(fd);
  const files = await Promise.all(Array.from({ length: WRITERS }, (_, place) => open(`${at}/writer-${place}`, "w")));
  await measure(`write 4 KiB, fsync, ${WRITERS} at once`, FILES * WRITERS, async () => {
    await Promise.all(
      files.map(async (file) => {
        for (let piece = 0; piece < FILES; piece += 1) {
          await file.write(PIECE, 0, PIECE.length, piece * PIECE.length);
          await file.sync();
        }
      }),
    );
  });
  await Promise.all(files.map((file) => file.close()));
}

await using cluster = await startCluster({ limitMs: 300_000 });
await run(cluster.at);
for (let round = 0; round < RUNS; round += 1)
  rmSync(`${cluster.at}/create, 4 KiB, close-${round}`, { recursive: true });
cluster.passed();
console.log(`${"µs each".padEnd(44)}${"median".padStart(12)}${"least".padStart(12)}`);
for (const row of rows) console.log(row);
