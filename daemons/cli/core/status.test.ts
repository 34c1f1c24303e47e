import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnosticOfFile } from "../../../config-schema/diagnostic.ts";
import type { MountReport, ServerReport } from "../../core/report.ts";
import { exampleModel } from "./example-model.ts";
import { type Answer, type FoundMount, isHealthy, makeStatus } from "./status.ts";
import { statusText } from "./status-text.ts";

const report: ServerReport = {
  server: "host-75",
  software: "0.1.0",
  pid: 7,
  uptimeSeconds: 60,
  witnessOf: [],
  configHash: "00".repeat(32),
  members: [
    {
      index: 1,
      group: "pohtest",
      export: "/opt/pohtest",
      storeId: "ab".repeat(16),
      run: 1,
      lead: true,
      bytesFree: 5 * 2 ** 30,
      bytesTotal: 10 * 2 ** 30,
      objects: 3,
      leases: 0,
      locks: 0,
      changes: 2,
      reads: 1,
      sessions: [],
    },
  ],
};

const mount: MountReport = {
  group: "pohtest",
  index: 1,
  at: "/mnt",
  pid: 9,
  software: "0.1.0",
  transport: "kernel",
  requests: 1234,
  unsent: 0,
  stopped: "",
  client: 1,
  members: [],
};
const state = { at: "/mnt", group: "pohtest", index: 1, pid: 9 };
const alive: FoundMount = { state, device: "pohtest", kind: "alive", report: mount };

const up: Answer = { kind: "up", report };
const both = new Map<string, Answer>([
  ["host-75", up],
  ["host-166", up],
]);

test("a group whose members all answer, and mounts that work, are healthy", () => {
  const status = makeStatus(exampleModel, both, [alive]);
  assert.ok(isHealthy(status));
  assert.equal(status.groups[0]?.members[0]?.because, "");
  assert.deepEqual(status.mounts[0], { ...state, state: "alive", requests: 1234, unsent: 0, cache: null, because: "" });
});

test("a server that could not be asked is unknown, not down", () => {
  const status = makeStatus(exampleModel, new Map([["host-75", up]]), []);
  const [, other] = status.groups[0]?.members ?? [];
  assert.equal(other?.state, "unknown");
  assert.equal(other?.bytesFree, null);
  assert.ok(!isHealthy(status));
});

test("a server that does not serve the group is not active, whatever else it serves", () => {
  const stranger: Answer = { kind: "up", report: { ...report, members: [] } };
  const status = makeStatus(exampleModel, new Map([...both, ["host-166", stranger]]), []);
  assert.equal(status.groups[0]?.members[1]?.active, false);
  assert.match(status.groups[0]?.members[1]?.because ?? "", /does not serve this group/);
});

test("a witness is shown, and that it has no vote yet; whether it answers is not part of health", () => {
  const [group] = exampleModel.groups;
  assert.ok(group !== undefined);
  const server = { name: "eye", host: "eye", address: "192.0.2.147", port: 1025 };
  const model = {
    ...exampleModel,
    servers: [...exampleModel.servers, server],
    groups: [{ ...group, witnesses: ["eye"] }],
  };
  const watching: Answer = {
    kind: "up",
    report: { ...report, members: [], witnessOf: [{ index: 1, group: "pohtest" }] },
  };
  const status = makeStatus(model, new Map([...both, ["eye", watching]]), []);
  assert.equal(status.groups[0]?.witnesses[0]?.active, true);
  assert.match(statusText(status), /eye: witness at 192\.0\.2\.147:1025, reachable; it has no\s+vote in this version/);
  const down = makeStatus(model, new Map([...both, ["eye", { kind: "down", because: "nothing listens there" }]]), []);
  assert.match(statusText(down), /eye: witness at 192\.0\.2\.147:1025, nothing listens there;/);
  assert.ok(isHealthy(down));
});

test("a server with another configuration is told", () => {
  const older: Answer = { kind: "up", report: { ...report, configHash: "11".repeat(32) } };
  const status = makeStatus(exampleModel, new Map([...both, ["host-166", older]]), []);
  assert.equal(status.groups[0]?.members[1]?.otherConfiguration, true);
  assert.equal(status.groups[0]?.members[1]?.active, true);
});

test("for people it is tables that line up", () => {
  const down: Answer = { kind: "down", because: "nothing listens there" };
  const dead: FoundMount = { state: { ...state, at: "/mnt2" }, device: "none", kind: "dead", report: undefined };
  const status = makeStatus(exampleModel, new Map([...both, ["host-166", down]]), [alive, dead]);
  assert.equal(
    statusText(status),
    `Group pohtest, index 1
member    address:port      active  priority  permissions     free
host-75   192.0.2.75:1025   yes           10  read-write   5.0 GiB  lead
host-166  192.0.2.166:1025  no             0  read-write         ?
  host-166: nothing listens there

Mounts on this machine
at     group        pid  active  requests  unsent
/mnt   pohtest (1)    9  yes         1234       0
/mnt2  pohtest (1)    9  no             ?       ?
  /mnt2: its daemon is gone; 'umount /mnt2', then mount again

Configuration: /etc/pohmelfs.yaml
`,
  );
});

test("members whose software differs are told, and long sentences are wrapped", () => {
  const newer: Answer = { kind: "up", report: { ...report, software: "0.2.0", configHash: "11".repeat(32) } };
  const silent: FoundMount = {
    state,
    device: "none",
    kind: "alive",
    report: { ...mount, stopped: "no ".repeat(40).trim() },
  };
  const text = statusText(makeStatus(exampleModel, new Map([...both, ["host-166", newer]]), [silent]));
  assert.match(text, /^ {2}host-75: it runs pohmelfs 0\.1\.0\n {2}host-166: it runs pohmelfs 0\.2\.0$/m);
  assert.ok(
    text.split("\n").every((line) => line.length <= 80),
    text,
  );
});

test("a file with errors, or with changes that are not applied, is told of first", () => {
  const diagnostics = [diagnosticOfFile("/etc/pohmelfs.yaml", { code: "empty", message: "the file is empty" })];
  const used = "/etc/pohmelfs.last-good/current/pohmelfs.yaml";
  const wrong = makeStatus(exampleModel, new Map(), [], { state: "wrong", used, diagnostics });
  assert.match(statusText(wrong), /^\/etc\/pohmelfs\.yaml has an error, and nothing reads it as it is\./);
  assert.ok(statusText(wrong).replaceAll("\n", " ").includes(`about: ${used} `));
  const changed = makeStatus(exampleModel, new Map(), [], { state: "changed" });
  assert.match(
    statusText(changed),
    /^\/etc\/pohmelfs\.yaml has changes that are not applied on this host: 'pohmelfs plan'/,
  );
  assert.match(statusText(makeStatus(exampleModel, new Map(), [])), /^Group pohtest/);
  const empty = { ...exampleModel, groups: [] };
  assert.deepEqual(
    [{ state: "in use" } as const, { state: "changed" } as const, wrong.file].map((file) =>
      isHealthy(makeStatus(empty, new Map(), [], file)),
    ),
    [true, true, false],
  );
});

test("a mount that has had late errors is not healthy, whatever else it tells", () => {
  const cache = {
    ...{ objects: 1, memoryBytes: 500, memoryBytesMax: 2 ** 26, readLeases: 1, writeLeases: 0 },
    ...{ dirtyChanges: 0, dirtyBytes: 0, dirtyBytesMax: 2 ** 26, mispredicted: 0, rescueFiles: [] },
  };
  const lateErrors = [{ oid: 7, path: "a/b", errno: "ENOSPC", change: "write", timeMs: 0 }];
  const well = { ...mount, cache: { ...cache, lateErrorCount: 0, lateErrors: [] } };
  const late = { ...mount, cache: { ...cache, lateErrorCount: 1, lateErrors } };
  assert.ok(isHealthy(makeStatus(exampleModel, both, [{ ...alive, report: well }])));
  const status = makeStatus(exampleModel, both, [{ ...alive, report: late }]);
  assert.ok(!isHealthy(status));
  assert.match(statusText(status), /\/mnt: knows 1 object in 500 B of 64\.0 MiB; 1 read and 0 write leases/);
  assert.match(statusText(status).replace(/\n +/g, " "), /1 change failed after .* write of a\/b failed with ENOSPC/);
});
