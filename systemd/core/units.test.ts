import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleModel } from "../../daemons/cli/core/example-model.ts";
import { escapePath, escapeWord } from "./escape.ts";
import { makeUnits } from "./units.ts";

test("a server's host gets its service, and no mount", () => {
  const units = makeUnits(exampleModel, "host-75", "/usr/lib/pohmelfs/fserver");
  assert.deepEqual(
    [...units.keys()],
    ["pohmelfs-fserver@host\\x2d75.service", "multi-user.target.wants/pohmelfs-fserver@host\\x2d75.service"],
  );
  const [unit] = units.values();
  assert.ok(unit?.kind === "file");
  assert.match(
    unit.text,
    /^ExecStart="\/usr\/lib\/pohmelfs\/fserver" "--config" "\/etc\/pohmelfs.yaml" "--name" "host-75"$/m,
  );
});

test("a client's host gets its mount, ordered after the network", () => {
  const units = makeUnits(exampleModel, "host-147", "/usr/lib/pohmelfs/fserver");
  assert.deepEqual([...units.keys()], ["opt-pohtest.mount", "remote-fs.target.wants/opt-pohtest.mount"]);
  const unit = units.get("opt-pohtest.mount");
  assert.ok(unit?.kind === "file");
  assert.match(unit.text, /^Options=_netdev,config=\/etc\/pohmelfs.yaml$/m);
  assert.match(unit.text, /^Before=remote-fs.target$/m);
});

test("a host that the file does not name gets nothing", () => {
  assert.equal(makeUnits(exampleModel, "stranger", "/x").size, 0);
});

test("names are those of systemd-escape", () => {
  assert.equal(escapePath("/"), "-");
  assert.equal(escapePath("/mnt/my data/a-b"), "mnt-my\\x20data-a\\x2db");
  assert.equal(escapePath("/.hidden/ü"), "\\x2ehidden-\\xc3\\xbc");
});

test("a word of a command line means itself", () => {
  assert.equal(escapeWord('a "b" $c 100% \\'), '"a \\"b\\" $$c 100%% \\\\"');
});
