import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Model } from "../config-schema/model.ts";
import { exampleModel } from "../daemons/cli/core/example-model.ts";
import { escapePath } from "./core/escape.ts";
import { unitsFor } from "./core/units-for.ts";
import { writeTree } from "./testing/golden.ts";

const scratch = mkdtempSync(join(tmpdir(), "pohmelfs-odd-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const skip = spawnSync("systemd-analyze", ["--version"]).status === 0 ? false : "systemd-analyze is not installed";

const SEED = 4;
const PATHS = 60;

/** Any text that a path of the configuration may have; many of what is special to systemd. */
const part = fc
  .array(
    fc.oneof(fc.constantFrom(..." .-_%$\"'\\#;=~*[]{}|&<>`@:,+!?()aZ09"), fc.string({ unit: "binary", maxLength: 2 })),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join("").replace(/[/\p{Cc}\p{Cs}]/gu, "x"))
  .filter((text) => text !== "." && text !== "..");
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const paths = [...new Set(fc.sample(path, { seed: SEED, numRuns: PATHS }))].filter(
  (one) => escapePath(one).length < 240,
);

test(`systemd reads ${paths.length} odd paths as they are meant, in every place where they stand`, { skip }, () => {
  const [group] = exampleModel.groups;
  const [member] = group?.members ?? [];
  assert.ok(group !== undefined && member !== undefined);
  const model: Model = {
    ...exampleModel,
    // Each path in a mount, and all of them in exports of one server.
    groups: paths.map((one, i) => ({
      ...group,
      name: `g${i}`,
      index: i,
      members: [{ ...member, export: `/srv${one}` }],
    })),
    mounts: paths.map((at, i) => ({
      group: `g${i}`,
      at: `/mnt${at}`,
      on: ["host-75"],
      options: [],
      automount: false,
      syncOnClose: false,
    })),
  };
  const { units, problems } = unitsFor(model, "host-75", {
    programs: { fserver: "/bin/true", mountDaemon: "/bin/true", user: undefined, generator: "/bin/true" },
  });
  assert.deepEqual(problems, []);
  writeTree(scratch, units);
  // systemd-analyze takes what follows a colon for another name; such units it reads because the target wants them.
  const files = [...units.keys()].filter((name) => !/[/:]/.test(name)).map((name) => join(scratch, name));
  const verified = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], { encoding: "utf8" });
  assert.equal(verified.stderr.trim(), "", `seed ${SEED}`);
  assert.equal(verified.status, 0);
  const escaped = spawnSync("systemd-escape", ["--path", "--suffix=mount", "--", ...paths], { encoding: "utf8" });
  assert.deepEqual(
    escaped.stdout.trimEnd().split(" "),
    paths.map((one) => `${escapePath(one)}.mount`),
  );
});
