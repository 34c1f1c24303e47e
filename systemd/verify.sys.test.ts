import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Made, Units } from "./core/units.ts";
import { goldenCases, readTree, writeTree } from "./testing/golden.ts";

/** docs/systemd.md says what each tenth above 2 is for. With exports in /home and /tmp a little more is open. */
const EXPOSURE_MAX = {
  "04-witness-that-mounts": 1.4,
  "02-tutorial-server": 2.7,
  "15-log-file-and-low-port": 2.8,
  "16-exports-at-home-and-in-tmp": 2.9,
};
const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-verify-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const version = spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" });
const skip = version.status === 0 ? false : "systemd-analyze is not installed";

/** The program need not be installed here: one stands in for it that is. */
const withProgram = (units: Units): Units =>
  new Map(
    [...units].map(([name, made]): [string, Made] => [
      name,
      made.kind === "file"
        ? {
            kind: "file",
            text: made.text.replace(
              /^ExecStart="[^"]*(pohmelfs-generator|fserver|pohmelfs-mountd)"/gm,
              'ExecStart="/bin/true"',
            ),
          }
        : made,
    ]),
  );

function onDisk(name: string, units: Units): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeTree(folder, withProgram(units));
  return folder;
}

const unitFiles = (units: Units): string[] => [...units.keys()].filter((name) => !name.includes("/"));

for (const { name, folder } of goldenCases()) {
  const expected = readTree(join(folder, "expected"));
  if (expected.size === 0) continue;
  test(`${name}: systemd-analyze verify finds nothing`, { skip }, () => {
    const place = onDisk(name, expected);
    const files = unitFiles(expected).map((unit) => join(place, unit));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], {
      encoding: "utf8",
    });
    // Unknown directives are only printed.
    const about = `${stdout}${stderr}`.split("\n").filter((line) => line.includes(place) || /pohmelfs/.test(line));
    assert.deepEqual(about, []);
    assert.equal(status, 0, stderr);
  });
}

test("a mount's sandbox is as tight as it can be without hiding the mount from the host", { skip }, () => {
  const expected = readTree(join(import.meta.dirname, "testdata/03-tutorial-client/expected"));
  const place = onDisk("mount-security", expected);
  const unit = join(place, "pohmelfs-mount@opt-pohtest.service");
  const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", unit], {
    encoding: "utf8",
  });
  const exposure = Number(/exposure level for .*: ([0-9.]+)/.exec(stdout)?.[1]);
  assert.ok(exposure <= 4.4, stdout);
});

test("a server's sandbox is as tight as it is meant to be", { skip }, () => {
  for (const [name, most] of Object.entries(EXPOSURE_MAX)) {
    const expected = readTree(join(import.meta.dirname, "testdata", name, "expected"));
    const place = onDisk(`${name}-security`, expected);
    for (const unit of unitFiles(expected).filter((file) => file.startsWith("pohmelfs-server@"))) {
      const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", join(place, unit)], {
        encoding: "utf8",
      });
      const exposure = Number(/exposure level for .*: ([0-9.]+)/.exec(stdout)?.[1]);
      assert.ok(exposure <= most, `${name}: ${unit} has ${exposure}\n${stdout}`);
    }
  }
});

test("a mount's unit is named as systemd-escape names it", { skip }, () => {
  for (const { folder } of goldenCases()) {
    const mounts = [...readTree(join(folder, "expected"))].filter(([name]) => /^[^/]*\.mount$/.test(name));
    for (const [name, made] of mounts) {
      const where = made.kind === "file" ? /^Where=(.*)$/m.exec(made.text)?.[1] : undefined;
      assert.ok(where !== undefined);
      const path = where.replaceAll("%%", "%");
      const { stdout } = spawnSync("systemd-escape", ["--path", "--suffix=mount", "--", path], { encoding: "utf8" });
      assert.equal(name, stdout.trim());
    }
  }
});
