import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openBootLog } from "./boot-log.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-boot-log-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const UNDER_SYSTEMD = { SYSTEMD_SCOPE: "system" };

test("what is no device is not written to in the place of /dev/kmsg", () => {
  const file = join(scratch, "kmsg");
  writeFileSync(file, "");
  openBootLog(UNDER_SYSTEMD, file)("notice", "a test of pohmelfs-generator");
  assert.equal(readFileSync(file, "utf8"), "");
});

test("where there is no /dev/kmsg none is made", () => {
  const file = join(scratch, "none");
  openBootLog(UNDER_SYSTEMD, file)("notice", "a test of pohmelfs-generator");
  assert.throws(() => readFileSync(file), /ENOENT/);
});

test("a device is written to", () => {
  assert.doesNotThrow(() => openBootLog(UNDER_SYSTEMD, "/dev/null")("error", `long ${"x".repeat(10_000)}\nsecond`));
});
