import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMountArguments } from "./mount-arguments.ts";

test("the convention of mount(8): words in any order, flags joined, -o repeated", () => {
  assert.deepEqual(
    parseMountArguments(["pohtest", "/mnt", "-sv", "-o", "ro,idx=1", "-fn", "-oconfig=/x", "-t", "pohmelfs"]),
    {
      kind: "mount",
      arguments: {
        spec: "pohtest",
        directory: "/mnt",
        options: "ro,idx=1,config=/x",
        sloppy: true,
        fake: true,
        noTable: true,
        verbose: true,
      },
    },
  );
});

test("what cannot be done is said in one line", () => {
  const because = (...args: string[]): string => {
    const parsed = parseMountArguments(args);
    return parsed.kind === "wrong" ? parsed.because : parsed.kind;
  };
  assert.equal(because("pohtest"), "needs a group and a directory");
  assert.equal(because("a", "b", "c"), "has too many words: 'c'");
  assert.equal(because("-x", "a", "b"), "Unknown option '-x'");
  assert.equal(because("a", "b", "-t", "ext4"), "type 'ext4' is not ours: it is 'pohmelfs'");
  assert.match(because("a", "b", "-N", "/proc/1/ns/mnt"), /not supported/);
  assert.equal(because("--help"), "help");
  assert.equal(because("-V"), "version");
});
