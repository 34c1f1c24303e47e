import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { ERRNO } from "../core/errno.ts";
import { AT_FDCWD, O_CREAT, O_RDWR } from "./constants.ts";
import { libc } from "./libc.ts";
import { cstring } from "./memory.ts";
import { SharedFile } from "./shared-file.ts";

const open = (path: string): number => libc.openat(AT_FDCWD, cstring(path), O_RDWR | O_CREAT, 0o600);

function putsAll(isMapped: boolean): void {
  using folder = temporaryDirectory("shared");
  const path = join(folder.path, "file");
  const fd = open(path);
  const shared = new SharedFile(fd, isMapped);
  assert.equal(shared.reach(10), 0);
  shared.put(3, Buffer.from("first"), 5);
  assert.equal(readFileSync(path).toString("latin1", 0, 9), "\0\0\0first\0");
  // Beyond what was mapped at first.
  const far = 70 * 1024 ** 2;
  assert.equal(shared.reach(far + 6), 0);
  shared.put(far, Buffer.from("second"), 6);
  shared.put(4, Buffer.from("u"), 1);
  const text = readFileSync(path);
  assert.equal(text.toString("latin1", 0, 9), "\0\0\0furst\0");
  assert.equal(text.toString("latin1", far, far + 6), "second");
  assert.ok(statSync(path).size >= far + 6);
  assert.equal(shared.failure, 0);
  shared.close();
  libc.close(fd);
}

test("what is put is in the file at once, however far it has to grow", () => putsAll(true));

test("the same by calls, where a file system may have no room for what lies in place", () => putsAll(false));

test("what cannot be memory says so", () => {
  const fd = open("/dev/null");
  assert.ok([-ERRNO.ENODEV.number, -ERRNO.EOPNOTSUPP.number].includes(new SharedFile(fd).reach(1)));
  libc.close(fd);
});
