import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { libc } from "../sys/libc.ts";
import { findMount, type MountRequest, mountFuse, setReadahead, unmountFuse } from "./mount.ts";
import { whyNotMount } from "./testing/why-not.ts";

/** Mounts, looks, and unmounts; nothing serves the mount, so nothing may touch the directory. */
function withMount(changes: Partial<MountRequest>, look: (at: string) => void): void {
  const at = mkdtempSync(join(tmpdir(), "pohmelfs-mount-"));
  const mounted = mountFuse({ source: "group", at, words: ["rw"], noTable: true, maxReadBytes: 65536, ...changes });
  try {
    assert.ok(mounted.ok, mounted.ok ? "" : mounted.because);
    look(at);
  } finally {
    // Its only descriptor: closed, the mount is dead and holds up nobody.
    if (mounted.ok) libc.close(mounted.value);
    unmountFuse(at, { lazy: true });
    rmdirSync(at);
  }
}

const lineOf = (at: string): string =>
  readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .find((line) => line.includes(` ${at} `)) ?? "";

function withoutPrograms(use: () => void): void {
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    use();
  } finally {
    process.env["PATH"] = path;
  }
}

describe("mounting", { skip: whyNotMount(), timeout: 30_000 }, () => {
  test("the kernel's words reach the mount, and ours are always there", () =>
    withMount({ words: ["ro", "nodev", "nosuid", "noexec", "noatime"] }, (at) => {
      const line = lineOf(at);
      for (const word of ["ro", "nodev", "nosuid", "noexec", "noatime"])
        assert.match(line, new RegExp(`[ ,]${word}[ ,]`));
      assert.match(line, /- fuse\.pohmelfs group .*default_permissions,allow_other,max_read=65536/);
    }));

  test("where mount(8) is missing mount(2) does it, with the same words", () => {
    withoutPrograms(() => {
      withMount({ words: ["ro", "nodev", "_netdev"] }, (at) => {
        assert.match(
          lineOf(at),
          / ro,nodev,.* fuse\.pohmelfs group ro,.*default_permissions,allow_other,max_read=65536/,
        );
        assert.equal(unmountFuse(at).ok, true);
        assert.equal(findMount(at), undefined);
      });
    });
  });

  test("_netdev is noted in utab, and the note goes with the mount", () => {
    const utab = (): string => (existsSync("/run/mount/utab") ? readFileSync("/run/mount/utab", "utf8") : "");
    withMount({ words: ["rw", "_netdev"], noTable: false }, (at) => {
      assert.match(utab(), new RegExp(`TARGET=${at} .*_netdev`));
      assert.equal(unmountFuse(at).ok, true);
      assert.doesNotMatch(utab(), new RegExp(at));
    });
  });

  test("what cannot be mounted on is said in one line", () => {
    const request = { source: "group", words: ["rw"], noTable: true, maxReadBytes: 65536 };
    const missing = mountFuse({ ...request, at: "/nowhere/at/all" });
    assert.match(missing.ok ? "" : (missing.because ?? ""), /\/nowhere\/at\/all: mount point does not exist/);
    withoutPrograms(() => {
      const again = mountFuse({ ...request, at: "/nowhere/at/all" });
      assert.deepEqual(again, { ok: false, errno: "ENOENT", because: "/nowhere/at/all: mount(2): ENOENT" });
    });
  });

  test("a directory that is not mounted has no readahead, and cannot be unmounted", () => {
    assert.deepEqual(setReadahead("/nowhere", 1), { ok: false, errno: "ENOENT", because: "/nowhere: is not mounted" });
    assert.equal(unmountFuse("/nowhere").ok, false);
  });
});
