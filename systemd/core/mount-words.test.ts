import assert from "node:assert/strict";
import { test } from "node:test";
import { readMountWords } from "./mount-words.ts";

const wordsOf = (...options: string[]) => {
  const read = readMountWords(options);
  assert.ok(read.ok, JSON.stringify(read));
  return read.words;
};
const problemsOf = (...options: string[]): readonly string[] => {
  const read = readMountWords(options);
  return read.ok ? [] : read.problems;
};

test("without options a mount comes at boot, and boot waits for it", () => {
  const { auto, nofail, automount, options } = wordsOf();
  assert.deepEqual({ auto, nofail, automount, options }, { auto: true, nofail: false, automount: false, options: [] });
});

test("what is for mount(8) is left as it is, in its order", () => {
  assert.deepEqual(wordsOf("ro", "noatime", "x-own=a=b", "comment=x").options, [
    "ro",
    "noatime",
    "x-own=a=b",
    "comment=x",
  ]);
});

test("_netdev, which every mount has, is not there twice", () => {
  assert.deepEqual(wordsOf("_netdev", "ro").options, ["ro"]);
});

test("of auto and noauto the last one counts", () => {
  assert.equal(wordsOf("noauto", "auto").auto, true);
  assert.equal(wordsOf("auto", "noauto").auto, false);
});

test("a path where a unit is asked for stands for its mount", () => {
  const { requires, after } = wordsOf("x-systemd.requires=/mnt/my-disk");
  assert.deepEqual([requires, after], [["mnt-my\\x2ddisk.mount"], ["mnt-my\\x2ddisk.mount"]]);
});

test("time spans are those of systemd", () => {
  for (const good of ["30", "1.5s", "2min", "1h30min", "infinity"])
    assert.deepEqual(problemsOf(`x-systemd.mount-timeout=${good}`), [], good);
  for (const bad of ["", "soon", "-1", "5 s", "5x"])
    assert.equal(problemsOf(`x-systemd.mount-timeout=${bad}`).length, 1, bad);
});

test("all that is wrong is told at once", () => {
  const problems = problemsOf(
    "x-systemd.idle-timeout",
    "x-systemd.requires=not a unit",
    "nofail=1",
    "x-systemd.makefs",
    "foreground",
  );
  assert.deepEqual(problems, [
    "option 'x-systemd.idle-timeout': 'x-systemd.idle-timeout' takes a time span such as 30s",
    "option 'x-systemd.requires=not a unit': 'x-systemd.requires' takes the name of a unit or an absolute path",
    "option 'nofail' takes no value",
    "option 'x-systemd.makefs' has no meaning for a pohmelfs mount",
    "option 'foreground' is for mounting by hand",
  ]);
});

test("no value can bring a line of its own into a unit", () => {
  for (const name of ["requires", "after", "wanted-by", "mount-timeout"])
    assert.equal(problemsOf(`x-systemd.${name}=a.service\nExecStart=/bin/sh`).length, 1, name);
});
