import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT_OID } from "../core/brand.ts";
import { SET } from "../wire/messages.ts";
import { StoreDriver } from "./testing/store-driver.ts";
import { needsRoot, temporaryExport } from "./testing/temporary-export.ts";

const CHANGES = 4_000;

/** Swaps a directory, and a file, for symbolic links to what lies outside, over and over. */
const SWAPPER = `
const fs = require("node:fs");
const [root, outside] = process.argv.slice(1);
const swap = (name, target) => {
  try {
    fs.renameSync(root + "/" + name, root + "/" + name + ".real");
    fs.symlinkSync(target, root + "/" + name);
  } catch {}
  try { fs.unlinkSync(root + "/" + name); } catch {}
  try { fs.renameSync(root + "/" + name + ".real", root + "/" + name); } catch {}
};
process.stdout.write("ready");
for (;;) {
  swap("dir", outside);
  swap("file", outside + "/secret");
  swap("dir/inside", outside + "/secret");
}
`;

test("whatever a user of the host swaps for symbolic links, no change leaves the export", {
  skip: needsRoot,
}, async () => {
  const { root, open, remove } = temporaryExport();
  const outside = mkdtempSync(join(tmpdir(), "pohmelfs-outside-"));
  writeFileSync(join(outside, "secret"), "secret");
  const store = open();
  const d = new StoreDriver(store);
  const dir = d.directory(ROOT_OID, "dir");
  const file = d.file(ROOT_OID, "file");
  const inside = d.file(dir, "inside");
  const child = spawn(process.execPath, ["-e", SWAPPER, root, outside], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const said = new Map<string, number>();
  const count = (what: string): void => void said.set(what, (said.get(what) ?? 0) + 1);
  for (let change = 0; change < CHANGES; change += 1) {
    const name = `new-${change}`;
    count(`create ${d.create(dir, name)}`);
    count(`write ${d.write(file, 0, "written")}`);
    count(`write ${d.write(inside, 0, "written")}`);
    count(`set ${d.set(file, { set: SET.mode | SET.size, mode: 0o600 + (change % 8), size: change % 100 })}`);
    count(`xattr ${d.setXattr(inside, "user.x", name)}`);
    count(`link ${d.link(file, dir, `link-${change}`)}`);
    const found = d.at(ROOT_OID, "file");
    assert(typeof found === "string" || found.oid === file);
    const made = d.at(dir, name);
    assert(typeof made !== "string");
    count(`rename ${d.rename([dir, name], [ROOT_OID, name], made.oid)}`);
    count(`remove ${d.remove(ROOT_OID, name, made.oid)}`);
    count(`remove ${d.remove(dir, `link-${change}`, file)}`);
    d.names(dir);
    d.names();
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.deepEqual(readdirSync(outside), ["secret"]);
  assert.equal(readFileSync(join(outside, "secret"), "utf8"), "secret");
  // By number the directory is the same one wherever it is moved to: nothing failed.
  assert.deepEqual(
    [...said.keys()].filter((what) => !what.endsWith(" done")),
    [],
  );
  store.close();
  remove();
  rmSync(outside, { recursive: true });
});
