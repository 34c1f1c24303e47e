/**
 * What a member's store costs, without network: `node --import tsx bench/store.ts [DIRECTORY]`, as root.
 *
 * The directory (default: the temporary one) should lie on a file system that is not near full; an export is made in it
 * and removed again. Wall time depends on what else the machine does; processor time less so.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { S_IFDIR, S_IFREG } from "../daemons/core/attributes.ts";
import { clientId, fileName, type Oid, oid, ROOT_OID, sequence, version } from "../daemons/core/brand.ts";
import { ROOT_CALLER } from "../daemons/core/caller.ts";
import { type DiskStore, openDiskStore } from "../daemons/fserver/disk-store.ts";
import type { Change } from "../daemons/wire/messages.ts";
import { freshFolder } from "./fresh-folder.ts";

const FILES = 20_000;
const OBJECTS = 100_000;
const PIECE = 4_096;
const USER = { uid: 1000, gid: 1000, groups: [1000, 3000] };

type Row = { readonly what: string; readonly wall: number; readonly user: number; readonly system: number };
const rows: Row[] = [];

/** @param count How often `run` does it. */
function measure(what: string, count: number, run: () => void): void {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  run();
  const wall = Number(process.hrtime.bigint() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  rows.push({ what, wall: wall / count, user: user / count, system: system / count });
}

/** One client; versions are counted here, as a client does. */
class Changes {
  readonly store: DiskStore;
  readonly #versions = new Map<Oid, number>([[ROOT_OID, 1]]);
  #seq = 0;

  constructor(store: DiskStore) {
    this.store = store;
    store.register(CLIENT);
  }

  make(touched: readonly Oid[], body: object): void {
    this.#seq += 1;
    const touches = touched.map((each) => {
      const next = (this.#versions.get(each) ?? 0) + 1;
      this.#versions.set(each, next);
      return { oid: each, version: version(next) };
    });
    const time = { sec: 1_700_000_000 + this.#seq, nsec: this.#seq };
    const settled = sequence(this.#seq - 1);
    const origin: Change["origin"] = { seq: sequence(this.#seq), settled, time, caller: ROOT_CALLER, touches };
    const applied = this.store.apply(CLIENT, { ...body, origin } as unknown as Change);
    if (applied.kind !== "applied" || applied.outcome.errno !== 0) throw new Error(JSON.stringify(applied));
  }

  create(parent: Oid, name: string, made: Oid, mode: number): void {
    const what = { kind: "create", parent, name, oid: made, mode, umask: 0o22, rdev: 0, target: "" };
    this.make([parent, made], what);
  }
}

const CLIENT = clientId(1);
const folder = freshFolder(process.argv[2]);
const root = join(folder, "export");
mkdirSync(root);

function open(): DiskStore {
  const opened = openDiskStore({ root, adopt: false });
  if (!opened.ok) throw new Error(opened.because);
  return opened.value;
}

function run(): void {
  let store = open();
  const changes = new Changes(store);
  let next = store.drawOids(OBJECTS + 10_000).from as number;
  const draw = (): Oid => {
    next += 1;
    return oid(next - 1);
  };
  const files = Array.from({ length: FILES }, draw);
  const data = Buffer.alloc(PIECE, 7);
  const each = (what: string, act: (file: Oid, place: number) => void): void =>
    measure(what, FILES, () => files.forEach(act));
  const dir = draw();
  changes.create(ROOT_OID, "files", dir, S_IFDIR | 0o755);
  each("create a file", (file, place) => changes.create(dir, `file-${place}`, file, S_IFREG | 0o644));
  const write = { kind: "write", killPrivileges: 0, data };
  each("write 4 KiB, each to another file", (file) => changes.make([file], { ...write, oid: file, offset: 0 }));
  const one = files[0] as Oid;
  each("write 4 KiB, all to one file", (_, place) =>
    changes.make([one], { ...write, oid: one, offset: (place % 1_000) * PIECE }),
  );
  each("getattr, any of 20,000", (file) => store.attributes(file));
  each("getattr, one of 1,000", (_, place) => store.attributes(files[place % 1_000] as Oid));
  each("lookup", (_, place) => store.lookup(dir, fileName(`file-${place}`), ROOT_CALLER));
  each("lookup for a user", (_, place) => store.lookup(dir, fileName(`file-${place}`), USER));
  each("read 4 KiB", (file) => store.read(file, 0, PIECE, data));
  measure("list an entry", FILES, () => list(store, dir));
  each("remove a file", (file, place) =>
    changes.make([dir, file], { kind: "remove", parent: dir, name: `file-${place}`, oid: file, directory: 0, keep: 0 }),
  );
  for (let made = 0; made < OBJECTS; made += 1) changes.create(dir, `object-${made}`, draw(), S_IFREG | 0o644);
  measure(`close with ${OBJECTS} objects`, 1, () => store.close());
  measure(`open with ${OBJECTS} objects`, 1, () => {
    store = open();
  });
  measure("list an entry, after opening", OBJECTS, () => list(store, dir));
  store.abandon();
  rmSync(join(root, ".pohmelfs/index"), { recursive: true });
  measure(`open with ${OBJECTS} objects, index lost`, 1, () => {
    store = open();
  });
  store.close();
}

function list(store: DiskStore, dir: Oid): void {
  for (let cookie = 0; ; ) {
    const listing = store.list(dir, cookie, 1_048_576);
    if (!listing.ok) throw new Error(listing.errno);
    if (listing.value.end) return;
    cookie = listing.value.cookie;
  }
}

try {
  run();
  console.log(`${"".padEnd(44)}${"wall µs".padStart(12)}${"user µs".padStart(12)}${"system µs".padStart(12)}`);
  for (const { what, wall, user, system } of rows) {
    const cells = [wall, user, system].map((value) => value.toFixed(1).padStart(12)).join("");
    console.log(`${what.padEnd(44)}${cells}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
