import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as constants from "./constants.ts";

const HEADERS = [
  "fcntl.h",
  "stdio.h",
  "sys/stat.h",
  "linux/magic.h",
  "linux/openat2.h",
  "sys/uio.h",
  "poll.h",
  "sys/socket.h",
  "netinet/in.h",
  "netinet/tcp.h",
  "sys/mman.h",
  "sys/mount.h",
  "sys/eventfd.h",
  "dirent.h",
  "sys/xattr.h",
  "sys/file.h",
  "sys/prctl.h",
  "time.h",
];

const compiler = spawnSync("cc", ["--version"]).status === 0;

test("each constant has the value that the C compiler knows", {
  skip: compiler ? false : "there is no C compiler",
}, () => {
  const numbers = Object.entries(constants).filter(([name]) => name !== "UNCHANGED_ID");
  const source = [
    "#define _GNU_SOURCE",
    ...HEADERS.map((header) => `#include <${header}>`),
    "int main(void) {",
    ...numbers.map(([name]) => `  printf("${name} %lld\\n", (long long)(${name}));`),
    "  return 0;",
    "}",
  ].join("\n");
  const binary = `/tmp/pohmelfs-constants-${process.pid}`;
  const compiled = spawnSync("cc", ["-x", "c", "-", "-o", binary], { input: source, encoding: "utf8" });
  assert.equal(compiled.status, 0, compiled.stderr);
  const { stdout } = spawnSync("sh", ["-c", `${binary}; rm ${binary}`], { encoding: "utf8" });
  const known = Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  );
  const ours = Object.fromEntries(numbers.map(([name, value]) => [name, String(value)]));
  assert.deepEqual(ours, known);
});
