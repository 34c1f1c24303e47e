import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as nodeTest } from "node:test";
import { crc32 } from "node:zlib";
import { clientId, ROOT_OID } from "../core/brand.ts";
import { libc } from "../sys/libc.ts";
import type { Change } from "../wire/messages.ts";
import { SEGMENT_BYTES_MIN } from "./core/journal-layout.ts";
import { type DiskStore, openDiskStore } from "./disk-store.ts";
import { crashScript, treeAfter } from "./testing/crash-script.ts";
import type { ChangeScript } from "./testing/change-script.ts";
import { describeTree } from "./testing/describe-tree.ts";
import { DyingLibc, KILLED } from "./testing/dying-libc.ts";
import { hostWentDown } from "./testing/host-went-down.ts";
import { type Roll, rollOf } from "./testing/simulated-disk.ts";
import { needsRoot } from "./testing/temporary-export.ts";

const CLIENT = clientId(1);
const ROUNDS = 250;
const SEEDS = Number(process.env["SEEDS"] ?? 5);
const FIRST_SEED = Number(process.env["SEED"] ?? 1);

/** A file system on an image, and the means to have what its disk holds at a moment, as after a power failure. */
class Disks {
  readonly place = mkdtempSync(join(tmpdir(), "pohmelfs-power-"));
  readonly #mounted: string[] = [];

  /** @returns Why it cannot be. */
  make(): string | undefined {
    try {
      writeFileSync(this.image("first"), "");
      truncateSync(this.image("first"), 64 * 1_048_576);
      execFileSync("mkfs.ext4", ["-q", "-F", "-m", "0", "-b", "4096", this.image("first")], { stdio: "pipe" });
      this.mount("first");
      return undefined;
    } catch (error) {
      return `needs mkfs.ext4 and loop devices: ${(error as Error).message.split("\n")[0]}`;
    }
  }

  image(name: string): string {
    return join(this.place, `${name}.img`);
  }

  at(name: string): string {
    return join(this.place, name);
  }

  mount(name: string): void {
    mkdirSync(this.at(name));
    // Nothing is written by the clock, so that what is on disk is up to the test.
    execFileSync("mount", ["-o", "loop,commit=600", this.image(name), this.at(name)], { stdio: "pipe" });
    this.#mounted.push(name);
  }

  unmount(name: string): void {
    // A store that failed in a test may still be open.
    execFileSync("umount", ["-l", this.at(name)]);
    this.#mounted.splice(this.#mounted.indexOf(name), 1);
    rmSync(this.at(name), { recursive: true });
  }

  /** What is on the disk now, as another disk. */
  copy(name: string): void {
    copyFileSync(this.image("first"), this.image(name));
    this.mount(name);
  }

  remove(): void {
    for (const name of [...this.#mounted]) this.unmount(name);
    rmSync(this.place, { recursive: true, force: true });
  }
}

function open(root: string): DiskStore {
  const opened = openDiskStore({ root, adopt: false, segmentBytes: SEGMENT_BYTES_MIN });
  if (!opened.ok) throw new Error(opened.because);
  return opened.value;
}

type Journal = ReadonlyMap<string, Buffer>;

const journalOf = (root: string): Journal =>
  new Map(
    readdirSync(`${root}/.pohmelfs/journal`).map((name) => [name, readFileSync(`${root}/.pohmelfs/journal/${name}`)]),
  );

function putJournal(root: string, journal: Journal): void {
  for (const [name, bytes] of journal) writeFileSync(`${root}/.pohmelfs/journal/${name}`, bytes);
}

/** Applies changes, while some of it gets to the disk. @returns How far it was acknowledged, and the journal of then. */
function work(store: DiskStore, script: ChangeScript, to: number, roll: Roll, root: string) {
  let acknowledged = 0;
  let journal = journalOf(root);
  const seen = (position: number): void => {
    acknowledged = position;
    journal = journalOf(root);
  };
  const fd = libc.openat(-100, Buffer.from(`${root}\0`), 0, 0);
  for (let place = 0; place < to; place += 1) {
    const applied = store.apply(CLIENT, script.changes[place] as Change);
    assert.equal(applied.kind, "applied");
    const what = roll(60);
    if (what < 3) store.sync(ROOT_OID, (result) => assert(result.ok) ?? seen(place + 1));
    else if (what === 3) libc.syncfs(fd);
    else if (what === 4) {
      for (let tick = 0; tick < 40; tick += 1) store.checkpoint();
      seen(place + 1);
    }
  }
  libc.close(fd);
  return { acknowledged, journal };
}

/** A long content as its sum, so that differences can be read. */
const short = (tree: readonly string[]): string[] =>
  tree.map((line) => (line.length < 200 ? line : `${line.slice(0, 90)}… ${crc32(line).toString(16)}`));

function resend(store: DiskStore, script: ChangeScript): void {
  const position = store.position(CLIENT) ?? assert.fail("the session is known");
  for (let place = Math.max(0, position - 3); place < script.changes.length; place += 1) {
    const change = script.changes[place] as Change;
    const applied = store.apply(CLIENT, change);
    const what = `${place} of ${position}: ${change.kind} ${JSON.stringify(applied)}`;
    assert.equal(applied.kind, place < position ? "repeated" : "applied", what);
    assert(applied.kind === "applied" || applied.kind === "repeated");
    assert.equal(applied.outcome.errno, script.outcomes[place], what);
  }
  assert.deepEqual(short(describeTree(store)), short(script.tree));
}

function test(name: string, run: (disks: Disks) => void): void {
  nodeTest(name, { skip: needsRoot }, (t) => {
    const disks = new Disks();
    try {
      const because = disks.make();
      if (because !== undefined) return t.skip(because);
      run(disks);
    } finally {
      disks.remove();
    }
  });
}

type Crash = ReturnType<typeof work> & { readonly script: ChangeScript };

/** The host ends: the state is one that was, with all that was acknowledged, and the rest can be sent again. */
function comesBack(root: string, { acknowledged, script }: Crash): void {
  hostWentDown(root);
  const store = open(root);
  const position = store.position(CLIENT) ?? 0;
  assert(position >= acknowledged, `${position} of ${acknowledged}`);
  assert.deepEqual(short(describeTree(store)), short(treeAfter(script, position)));
  resend(store, script);
  store.close();
}

function eachCrash(disks: Disks, check: (name: string, crash: Crash) => void): void {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    const roll = rollOf(seed);
    const script = crashScript(roll, ROUNDS);
    const root = mkdtempSync(`${disks.at("first")}/export-`);
    execFileSync("chmod", ["777", root]);
    const store = open(root);
    store.register(CLIENT);
    store.sync(ROOT_OID, () => {});
    // The folder itself must be there after all.
    execFileSync("sync", ["-f", root]);
    const crash = work(store, script, roll(script.changes.length), roll, root);
    const copy = `copy-${seed}`;
    disks.copy(copy);
    store.abandon();
    try {
      check(root.replace("/first/", `/${copy}/`), { ...crash, script });
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message.slice(0, 3_000)}`, { cause: error });
    } finally {
      disks.unmount(copy);
      rmSync(root, { recursive: true });
    }
  }
}

test("after a power failure the state is one that was, with all that was acknowledged; the rest can be sent again", (disks) => {
  eachCrash(disks, (root, crash) => {
    comesBack(root, crash);
  });
});

test("what reached the files but not the journal does no harm when it is sent again", (disks) => {
  eachCrash(disks, (root, { acknowledged, journal, script }) => {
    putJournal(root, journal);
    hostWentDown(root);
    const store = open(root);
    assert((store.position(CLIENT) ?? 0) >= acknowledged);
    resend(store, script);
    store.close();
  });
});

test("a start that is killed while it replays is done again", (disks) => {
  const dying = new DyingLibc();
  const roll = rollOf(77);
  eachCrash(disks, (root, crash) => {
    for (let kill = 0; kill < 3; kill += 1) {
      hostWentDown(root);
      dying.at = dying.count + 1 + roll(1 + roll(4_000));
      try {
        open(root).abandon();
      } catch (error) {
        if (error !== KILLED) throw error;
      } finally {
        dying.at = 0;
      }
      libc.setfsuid(0);
      libc.setfsgid(0);
      // This process still has the descriptor; a killed one would not.
      rmSync(`${root}/.pohmelfs/lock`);
    }
    comesBack(root, crash);
  });
});
