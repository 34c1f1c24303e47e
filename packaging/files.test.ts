import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packagedFiles, packagedFolders } from "./files.ts";
import { RUNTIMES } from "./runtime.ts";

const listed = (kind: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, "testdata", `${kind}.list`), "utf8")
    .trimEnd()
    .split("\n");

/** What of `a` is not in `b`. */
const beyond = (a: readonly string[], b: readonly string[]): readonly string[] => a.filter((line) => !b.includes(line));

test("No two files have one place, and each has a mode that lets all read it", () => {
  for (const name of ["pohmelfs", "pohmelfs-slim"]) {
    const places = packagedFiles({ name, arch: "x64" }).map(({ to, only }) => `${to} ${only ?? ""}`);
    assert.deepEqual([...new Set(places)], places);
  }
});

test("Nothing lies in /etc, /var, /run or /home: a package brings no configuration and no state", () => {
  const place = { name: "pohmelfs", arch: "x64" } as const;
  for (const { to } of [...packagedFiles(place), ...packagedFolders(place)]) assert.match(to, /^[/]usr[/]/);
});

test("The .rpm has what the .deb has, but for what belongs to one distribution", () => {
  const own = /[/](lintian[/]overrides|zsh[/](vendor-completions|site-functions))[/]/;
  const [deb, rpm] = [listed("deb"), listed("rpm")];
  assert.deepEqual(
    [...beyond(deb, rpm), ...beyond(rpm, deb)].filter((line) => !own.test(line)),
    [],
  );
});

test("The slim profile lacks the runtime and its licence, and nothing else", () => {
  const slim = listed("slim").map((line) => line.replaceAll("pohmelfs-slim", "pohmelfs"));
  const lacking = beyond(listed("deb"), slim);
  assert.deepEqual(lacking.map((line) => line.replace(/^.* /, "")).sort(), [
    "/usr/lib/pohmelfs/bin/node",
    "/usr/share/doc/pohmelfs/licence-of-node.txt.gz",
  ]);
  assert.deepEqual(beyond(slim, listed("deb")), []);
});

test("All architectures have one version of the runtime", () => {
  const versions = Object.values(RUNTIMES).map(({ version }) => version);
  assert.deepEqual([...new Set(versions)], [RUNTIMES.x64.version]);
});
