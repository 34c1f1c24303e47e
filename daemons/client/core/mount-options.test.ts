import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OPTIONS } from "./mount-option-table.ts";
import { parseMountOptions, remountOptions } from "./mount-options.ts";
import { splitOptions } from "./split-options.ts";

function options(text: string, sloppy = false) {
  const parsed = parseMountOptions(text, sloppy);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.options;
}

function problems(text: string): readonly string[] {
  const parsed = parseMountOptions(text);
  assert.ok(!parsed.ok, "was accepted");
  return parsed.problems;
}

test("no options: read-write, kernel transport, xattrs and locks", () => {
  assert.deepEqual(options(""), {
    mount: {
      words: ["rw"],
      transport: "kernel",
      xattr: true,
      lock: true,
      syncOnClose: undefined,
      cache: {},
      debug: false,
      noTable: false,
    },
    config: undefined,
    index: undefined,
    logFile: undefined,
    foreground: false,
    managed: false,
    remount: false,
    ignored: [],
  });
});

test("the tutorial's options are understood", () => {
  const parsed = options("idx=1,config=/etc/pohmelfs.yaml");
  assert.equal(parsed.index, 1);
  assert.equal(parsed.config, "/etc/pohmelfs.yaml");
});

test("sizes of the cache are those of the configuration, and within the same limits", () => {
  const { cache, syncOnClose } = options("cache.memory=1.5GiB,cache.dirty=8MiB,cache.dirty=16MiB,sync-on-close").mount;
  assert.deepEqual(cache, { memoryBytes: 1_610_612_736, dirtyBytes: 16_777_216 });
  assert.equal(syncOnClose, true);
  assert.equal(options("sync-on-close,nosync-on-close").mount.syncOnClose, false);
  assert.deepEqual(problems("cache.memory=1MiB,cache.readahead=4M"), [
    "option 'cache.memory' takes a size from 16 MiB to 1 TiB, but was given '1MiB'",
    "option 'cache.readahead' takes a size from 128 KiB to 256 MiB, but was given '4M'",
  ]);
});

test("generic options reach the kernel, the last of each kind wins", () => {
  assert.deepEqual(options("ro,nodev,nosuid,noexec,rw,exec,noatime,_netdev").mount.words, [
    "rw",
    "nodev",
    "nosuid",
    "noatime",
    "_netdev",
  ]);
});

test("user implies noexec, nosuid and nodev, unless overridden afterwards", () => {
  assert.deepEqual(options("user,exec").mount.words, ["rw", "nosuid", "nodev"]);
  assert.deepEqual(options("exec,users").mount.words, ["rw", "noexec", "nosuid", "nodev"]);
});

test("words for fstab and systemd are left to them", () => {
  assert.deepEqual(options("nofail,noauto,x-systemd.automount,X-mount.mkdir=0755,comment=by hand").mount.words, ["rw"]);
});

test("an unknown option is refused, with the nearest known one", () => {
  assert.deepEqual(problems("noxatr"), ["unknown option 'noxatr'; did you mean 'noxattr'?"]);
  assert.deepEqual(problems("quux"), ["unknown option 'quux'"]);
});

test("all problems are told at once", () => {
  assert.deepEqual(problems("ro=1,idx=x,config=,sync,transport=tcp"), [
    "option 'ro' takes no value, but was given '1'",
    "option 'idx' takes a number from 0 to 4294967294, but was given 'x'",
    "option 'config' needs a value: config=/etc/pohmelfs.yaml",
    "option 'sync' is refused: programs that need their data on the disk call fsync(2), which waits for every copy",
    "option 'transport' takes kernel or fuse-native, but was given 'tcp'",
  ]);
});

test("sloppy tolerates the unknown but not what is known to be wrong", () => {
  assert.deepEqual(options("quux=1,ro", true).ignored, ["quux"]);
  assert.equal(parseMountOptions("sync", true).ok, false);
});

test("a value in quotes may hold commas", () => {
  assert.deepEqual(splitOptions('a,b="x,y",,c=1=2'), [
    { name: "a", value: undefined },
    { name: "b", value: "x,y" },
    { name: "c", value: "1=2" },
  ]);
});

test("any text gives options or problems, never a throw, and no word is swallowed", () => {
  const word = fc.oneof(fc.constantFrom(...OPTIONS.keys()), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (words, sloppy) => {
      const parsed = parseMountOptions(words.join(","), sloppy);
      if (parsed.ok && !sloppy) {
        for (const { name } of splitOptions(words.join(","))) assert.ok(OPTIONS.has(name) || /^x-/i.test(name), name);
      }
      if (!parsed.ok) assert.ok(parsed.problems.length > 0);
    }),
  );
});

test("of a remount only what can be changed is left", () => {
  const given =
    "rw,remount,nosuid,relatime,user_id=0,group_id=0,default_permissions,allow_other,max_read=1048576,_netdev";
  assert.equal(remountOptions(given), "rw,remount,nosuid,_netdev");
});
