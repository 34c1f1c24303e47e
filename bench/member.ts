/**
 * What one fserver costs, asked over its socket by a client that has much under way, as a mount with write-back has:
 * `node --import tsx bench/member.ts [DIRECTORY [FILES]]`, as root.
 *
 * Its export is made in the directory (default: the temporary one) and removed again. POHMELFS_DIST names the programs
 * (default: dist/). Processor time is that of all threads of the fserver, and depends little on what else the machine
 * does; the rest does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { S_IFDIR, S_IFREG } from "../daemons/core/attributes.ts";
import { fileName, type Oid, oid, ROOT_OID, sequence, version } from "../daemons/core/brand.ts";
import { ROOT_CALLER } from "../daemons/core/caller.ts";
import { type Change, type Message, SET } from "../daemons/wire/messages.ts";
import { freePorts } from "../test/support/free-ports.ts";
import { dist } from "../test/support/programs.ts";
import { freshFolder } from "./fresh-folder.ts";
import { processorUs, residentBytes } from "./member/processor.ts";
import { WireClient } from "./member/wire-client.ts";

const FILES = Number(process.argv[3] ?? 10_000);
/** Changes that may not be on all members yet. */
const UNDER_WAY = 512;
const LISTED = 100_000;
const SYNCS = 300;
const DATA = Buffer.alloc(3_072, 7);
const TIME = { sec: 1_700_000_000, nsec: 5 };
const USER = { uid: 1000, gid: 1000, groups: [1000, 3000] };

const folder = freshFolder(process.argv[2]);
const root = join(folder, "export");
mkdirSync(root);
const [port = 0] = await freePorts(1);
let server: ChildProcess = start();
const pid = (): number => server.pid ?? 0;

function start(): ChildProcess {
  const args = [dist("fserver"), "-r", root, "-a", "127.0.0.1", "-p", String(port)];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "ignore"] });
}

async function connect(): Promise<WireClient> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await WireClient.open(port);
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

let client = await connect();
let seq = 0;
let failure: string | undefined;
const versions = new Map<Oid, number>([[ROOT_OID, 1]]);

async function change(touched: readonly Oid[], body: object): Promise<void> {
  seq += 1;
  const touches = touched.map((each) => {
    const next = (versions.get(each) ?? 0) + 1;
    versions.set(each, next);
    return { oid: each, version: version(next) };
  });
  const settled = sequence(Math.max(0, seq - UNDER_WAY));
  const origin = { seq: sequence(seq), time: TIME, caller, settled, touches };
  await client.room();
  client.tell({ ...body, origin } as unknown as Change, (answer) => {
    if (answer.kind !== "changed" || answer.errno !== 0) failure ??= JSON.stringify(answer);
  });
}

let caller: typeof ROOT_CALLER | typeof USER = ROOT_CALLER;
const create = (parent: Oid, name: string, made: Oid, mode: number): Promise<void> =>
  change([parent, made], { kind: "create", parent, name, oid: made, mode, umask: 0, rdev: 0, target: "" });
const write = (file: Oid, data: Buffer): Promise<void> =>
  change([file], { kind: "write", oid: file, offset: 0, killPrivileges: 0, data });
const setTimes = (file: Oid): Promise<void> =>
  change([file], {
    kind: "setAttributes",
    oid: file,
    set: SET.mode | SET.atime | SET.mtime,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    atime: TIME,
    mtime: TIME,
  });

/** @param count How often `run` does it. */
async function measure(what: string, count: number, run: () => Promise<void>): Promise<void> {
  const cpu = processorUs(pid());
  const began = process.hrtime.bigint();
  await run();
  await client.drain();
  if (failure !== undefined) throw new Error(failure);
  const wall = Number(process.hrtime.bigint() - began) / 1_000 / count;
  const spent = (processorUs(pid()) - cpu) / count;
  console.log(`${what.padEnd(52)}${wall.toFixed(1).padStart(10)}${spent.toFixed(1).padStart(10)}`);
}

/** @returns How many entries were told with a lease. */
async function list(directory: Oid): Promise<number> {
  let leased = 0;
  for (let cookie = 0; ; ) {
    const asked: Message = { kind: "listDirectory", oid: directory, cookie, bytesMax: 131_072, lease: 1 };
    const told = await client.must("entries", asked);
    leased += told.entries.reduce((sum, entry) => sum + entry.leased, 0);
    if (told.end === 1) return leased;
    cookie = told.cookie;
  }
}

const memory = (when: string): void =>
  console.log(`${when.padEnd(52)}${(residentBytes(pid()) / 1_048_576).toFixed(0).padStart(20)} MiB`);

async function run(): Promise<void> {
  const { from } = await client.must("oids", { kind: "oidRange", count: 65_536 });
  let next: number = from;
  const draw = (): Oid => {
    next += 1;
    return oid(next - 1);
  };
  console.log(`${"".padEnd(52)}${"wall µs".padStart(10)}${"CPU µs".padStart(10)}`);
  memory("resident, new");
  const directory = draw();
  await create(ROOT_OID, "dir", directory, S_IFDIR | 0o777);
  const files = Array.from({ length: FILES }, draw);
  await measure("create, write 3 KiB, set mode and times", FILES, async () => {
    for (const [place, file] of files.entries()) {
      await create(directory, `a file with a name ${place}`, file, S_IFREG | 0o644);
      await write(file, DATA);
      await setTimes(file);
    }
  });
  caller = USER;
  const theirs = Array.from({ length: FILES }, draw);
  await measure("the same, by a user who is not root", FILES, async () => {
    for (const [place, file] of theirs.entries()) {
      await create(directory, `of another user ${place}`, file, S_IFREG | 0o644);
      await write(file, DATA);
      await setTimes(file);
    }
  });
  caller = ROOT_CALLER;
  await measure("write 3 KiB again", FILES, async () => {
    for (const file of files) await write(file, DATA);
  });
  await measure("look up, with a lease", FILES, async () => {
    for (const place of files.keys()) {
      const name = fileName(`a file with a name ${place}`);
      await client.room();
      client.tell({ kind: "lookup", parent: directory, name, caller: ROOT_CALLER, lease: 1 }, () => {});
    }
  });
  const [one = ROOT_OID] = files;
  await measure("write 3 KiB, syncObject, one after the other", SYNCS, async () => {
    for (let round = 0; round < SYNCS; round += 1) {
      await write(one, DATA);
      await client.must("done", { kind: "syncObject", oid: one, dataOnly: 1 });
    }
  });
  const synced = Array.from({ length: SYNCS }, draw);
  await measure("create, write 3 KiB, syncObject, one after the other", SYNCS, async () => {
    for (const [place, file] of synced.entries()) {
      await create(directory, `synced ${place}`, file, S_IFREG | 0o644);
      await write(file, DATA);
      await client.must("done", { kind: "syncObject", oid: file, dataOnly: 0 });
    }
  });
  const remove = (name: string, file: Oid): Promise<void> =>
    change([directory, file], { kind: "remove", parent: directory, name, oid: file, directory: 0, keep: 0 });
  await measure("remove a file", FILES, async () => {
    for (const [place, file] of files.entries()) await remove(`a file with a name ${place}`, file);
  });
  memory("resident, after that");
  const many = await client.must("oids", { kind: "oidRange", count: 65_536 });
  const more = await client.must("oids", { kind: "oidRange", count: 65_536 });
  const numbers = [many, more].flatMap(({ from: first, to }) =>
    Array.from({ length: to - first }, (_, i) => first + i),
  );
  const big = draw();
  await create(ROOT_OID, "big", big, S_IFDIR | 0o777);
  for (let place = 0; place < LISTED; place += 1)
    await create(big, `object ${place}`, oid(numbers[place] as number), S_IFREG | 0o644);
  await client.drain();
  memory(`resident, after making ${LISTED} objects`);
  await again();
  await client.must("granted", { kind: "acquire", wants: [{ oid: big, mode: 1 }], extras: [] });
  memory("resident, after a new start");
  for (const what of ["after a new start", "again"]) {
    await measure(`list an entry, with a lease, ${what}`, LISTED, async () => {
      const leased = await list(big);
      if (leased !== LISTED) throw new Error(`${leased} leases`);
    });
    memory("resident, after that");
  }
}

/** The server starts anew; the client has a new session. */
async function again(): Promise<void> {
  client.end();
  await new Promise((resolve) => {
    server.once("exit", resolve);
    server.kill("SIGTERM");
  });
  server = start();
  client = await connect();
}

try {
  await run();
} finally {
  client.end();
  server.kill("SIGTERM");
  await new Promise((resolve) => server.once("exit", resolve));
  rmSync(folder, { recursive: true, force: true });
}
