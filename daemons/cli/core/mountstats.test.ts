import assert from "node:assert/strict";
import { test } from "node:test";
import type { MountReport } from "../../core/report.ts";
import { cfgShow } from "./edit/cfg-show.ts";
import { exampleModel } from "./example-model.ts";
import { mountstats } from "./mountstats.ts";

const member = { server: "host-75", active: true, because: "", reads: 1, changes: 2 };

test("mountstats are the original's seven columns", () => {
  const report: MountReport = {
    group: "pohtest",
    index: 1,
    at: "/opt/pohtest",
    pid: 9,
    software: "0.1.0",
    transport: "kernel",
    requests: 5,
    unsent: 0,
    stopped: "",
    client: 7,
    members: [
      { ...member, address: "192.0.2.75", port: 1025, priority: 10, permissions: 3 },
      { ...member, address: "2001:db8::1", port: 1026, active: false, priority: 0, permissions: 1 },
    ],
  };
  assert.equal(
    mountstats("none", report),
    `device none mounted on /opt/pohtest with fstype pohmelfs
idx addr(:port) socket_type protocol active priority permissions
1 192.0.2.75:1025 1 6 1 10 3
1 [2001:db8::1]:1026 1 6 0 0 1
`,
  );
});

test("cfg shows what the original showed, and priority and permissions", () => {
  const [group] = exampleModel.groups;
  assert.ok(group);
  assert.equal(
    cfgShow(group),
    `Config Index = 1
Family    Server IP                                Port   Priority  Permissions
AF_INET   192.0.2.75                               1025   10        3 read-write
AF_INET   192.0.2.166                              1025   0         3 read-write
`,
  );
});
