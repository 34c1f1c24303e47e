import assert from "node:assert/strict";
import test from "node:test";
import type { Model } from "./model.ts";
import { type Loaded, parseConfig } from "./parse-config.ts";

const TEXT = `
version: 1
servers:
  host-75:  { address: 192.0.2.75 }            # port: 1025
  host-166: { address: 192.0.2.166, port: 2025, host: rack-1 }
  host-147: { address: 192.0.2.147 }
groups:
  pohtest:
    index: 1
    export: /opt//pohtest/
    members:
      host-75:  { priority: 10, permissions: read-write }
      host-166: { permissions: write-only, export: /srv/pohtest }
    witnesses: [host-147]
clients:
  laptop: { address: 192.0.2.200 }
mounts:
  - { group: pohtest, at: /opt/pohtest/, on: [host-147, laptop], options: [ro] }
`;

function modelOf(loaded: Loaded): Model {
  assert.ok(loaded.ok, loaded.ok ? "" : JSON.stringify(loaded.diagnostics, undefined, 1));
  return loaded.model;
}
const codesOf = (loaded: Loaded): string[] =>
  (loaded.ok ? loaded.warnings : loaded.diagnostics).map(({ code }) => code);

test("a file becomes a model, complete and normal", () => {
  const host75 = { name: "host-75", host: "host-75", address: "192.0.2.75", port: 1025 };
  const host166 = { name: "host-166", host: "rack-1", address: "192.0.2.166", port: 2025 };
  const host147 = { name: "host-147", host: "host-147", address: "192.0.2.147", port: 1025 };
  const hash = new Uint8Array(32).fill(7);
  assert.deepEqual(modelOf(parseConfig("/etc/pohmelfs.yaml", TEXT, [], hash)), {
    path: "/etc/pohmelfs.yaml",
    hash,
    servers: [host75, host166, host147],
    groups: [
      {
        name: "pohtest",
        index: 1,
        members: [
          { server: host75, export: "/opt/pohtest", priority: 10, permissions: "read-write" },
          { server: host166, export: "/srv/pohtest", priority: 0, permissions: "write-only" },
        ],
        witnesses: ["host-147"],
      },
    ],
    clients: [{ name: "laptop", address: "192.0.2.200" }],
    mounts: [
      {
        group: "pohtest",
        at: "/opt/pohtest",
        on: ["host-147", "laptop"],
        options: ["ro"],
        automount: false,
        syncOnClose: false,
      },
    ],
    timeouts: { beatMs: 1000, suspectMs: 3000, connectMs: 5000, giveUpMs: 30_000 },
    cache: { dirtyBytes: 67_108_864, readaheadBytes: 4_194_304 },
    log: { level: "info" },
    workers: 2,
  });
});

test("defaults of the file stand in for what servers and members do not say", () => {
  const defaults = "defaults: { port: 2000, priority: 5, permissions: read-write, workers: 8 }\n";
  const { servers, groups, workers } = modelOf(parseConfig("f", `${TEXT}${defaults}`));
  assert.deepEqual(
    servers.map(({ port }) => port),
    [2000, 2025, 2000],
  );
  assert.deepEqual(
    groups[0]?.members.map(({ priority }) => priority),
    [10, 5],
  );
  assert.equal(workers, 8);
});

test("times and the log are taken over", () => {
  const more = "timeouts: { beat: 500 ms, suspect: 2, give-up: 1 min }\nlog: { level: debug, file: /var/log//x.log }\n";
  const { timeouts, log } = modelOf(parseConfig("f", `${TEXT}${more}`));
  assert.deepEqual(timeouts, { beatMs: 500, suspectMs: 2000, connectMs: 5000, giveUpMs: 60_000 });
  assert.deepEqual(log, { level: "debug", file: "/var/log/x.log" });
});

test("sizes of caches are taken over, those of a mount apart from those of all", () => {
  const text = TEXT.replace("options: [ro] }", "sync-on-close: true, cache: { readahead: 1 MiB } }");
  const { cache, mounts } = modelOf(parseConfig("f", `${text}cache: { memory: 0.5 GiB, dirty: 128MiB }\n`));
  assert.deepEqual(cache, { memoryBytes: 536_870_912, dirtyBytes: 134_217_728, readaheadBytes: 4_194_304 });
  assert.equal(mounts[0]?.syncOnClose, true);
  assert.deepEqual(mounts[0]?.cache, { readaheadBytes: 1_048_576 });
});

test("limits of services and automounts are taken over; what is not named is not there", () => {
  const text = TEXT.replace("192.0.2.75 }", "192.0.2.75, unit: { memory-max: 1.5 GiB, cpu-weight: 200, nice: -5 } }")
    .replace("192.0.2.147 }", "192.0.2.147, unit: }")
    .replace("options: [ro] }", "automount: true, unit: { io-weight: 50, tasks-max: 64 } }");
  const { servers, mounts } = modelOf(parseConfig("f", text));
  assert.deepEqual(servers[0]?.unit, { memoryMaxBytes: 1_610_612_736, cpuWeight: 200, nice: -5 });
  assert.ok(servers[2] !== undefined && !("unit" in servers[2]));
  assert.deepEqual(mounts[0]?.unit, { ioWeight: 50, tasksMax: 64 });
  assert.equal(mounts[0]?.automount, true);
});

test("sections and members may be left without content", () => {
  const text = TEXT.replace(/host-75: {2}\{ priority.*/, "host-75:");
  const { groups } = modelOf(parseConfig("f", `${text}defaults:\ntimeouts:\nlog:\n`));
  assert.equal(groups[0]?.members[0]?.permissions, "read-write");
});

test("a model cannot be changed", () => {
  const model = modelOf(parseConfig("f", TEXT));
  for (const part of [model, model.servers, model.servers[0], model.groups[0]?.members[0], model.timeouts]) {
    assert.ok(Object.isFrozen(part));
  }
});

test("members keep the order of the file", () => {
  const text = TEXT.replace(/members:[\s\S]*witnesses: .*/, "members: { host-166: , host-75: { priority: 0 } }");
  const { groups } = modelOf(parseConfig("f", text));
  assert.deepEqual(
    groups[0]?.members.map(({ server }) => server.name),
    ["host-166", "host-75"],
  );
});

test("drop-ins are laid over the file in turn, and errors in them name them", () => {
  const first = { path: "d/1.yaml", text: "servers: { host-75: { port: 1 } }\nlog: { level: debug }\n" };
  const second = { path: "d/2.yaml", text: "servers: { host-75: { port: 2 } }\n" };
  const model = modelOf(parseConfig("f", TEXT, [first, second]));
  assert.equal(model.servers[0]?.port, 2);
  assert.equal(model.log.level, "debug");
  const loaded = parseConfig("f", TEXT, [first, { path: "d/3.yaml", text: "\nservers: { host-75: { port: x } }\n" }]);
  assert.ok(!loaded.ok);
  const [{ path, line, column } = { path: "", line: 0, column: 0 }] = loaded.diagnostics;
  assert.deepEqual([path, line, column, loaded.diagnostics.length], ["d/3.yaml", 2, 29, 1]);
});

test("a drop-in may add a mount, and may be empty", () => {
  const mount = { path: "d/1.yaml", text: "mounts:\n  - { group: pohtest, at: /mnt, on: [laptop] }\n" };
  const { mounts } = modelOf(parseConfig("f", TEXT, [mount, { path: "d/2.yaml", text: "# nothing\n" }]));
  assert.deepEqual(
    mounts.map(({ at }) => at),
    ["/opt/pohtest", "/mnt"],
  );
});

test("a clash between two files names the line of the other", () => {
  const text = "groups: { music: { index: 1, export: /opt/music, members: { host-75: } } }\n";
  const loaded = parseConfig("f", TEXT, [{ path: "d/1.yaml", text }]);
  assert.ok(!loaded.ok);
  assert.match(loaded.diagnostics[0]?.hint ?? "", /see f:9$/);
});

test("a drop-in without structure is told of, and the file is not used without it", () => {
  assert.deepEqual(codesOf(parseConfig("f", TEXT, [{ path: "d/1.yaml", text: "log: {" }])), ["yaml-bad-indent"]);
});

test("errors come in the order of the files, lines and columns", () => {
  const text = TEXT.replace("port: 2025", "port: x, prot: 1").replace("index: 1", "index: one");
  const loaded = parseConfig("f", text, [{ path: "d", text: "log: { level: x, leven: y }" }]);
  assert.ok(!loaded.ok);
  const places = loaded.diagnostics.map(({ path, line, column }) => [path === "f" ? 0 : 1, line, column] as const);
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]),
  );
  assert.equal(places.length, 5);
});

test("no more than a hundred errors are shown, and how many are not", () => {
  const wrong = Array.from({ length: 150 }, (_, i) => `  k${i}: 1`).join("\n");
  const loaded = parseConfig("f", `${TEXT}log:\n${wrong}\n`);
  assert.ok(!loaded.ok);
  assert.equal(loaded.diagnostics.length, 101);
  assert.equal(loaded.diagnostics.at(-1)?.message, "50 more errors are not shown");
});

test("a server in no group, a loopback address among several hosts and a client that needs no entry are warned of", () => {
  const text = `
version: 1
servers:
  one: { address: 127.0.0.1 }
  two: { address: 192.0.2.2 }
groups: { g: { index: 1, export: /g, members: { one: } } }
clients: { two: { address: 192.0.2.2 } }
`;
  const loaded = parseConfig("f", text);
  assert.ok(loaded.ok);
  assert.deepEqual(codesOf(loaded), ["loopback", "idle-server", "idle-client"]);
  assert.ok(loaded.warnings.every(({ severity }) => severity === "warning"));
});

test("a read-only member is warned of, since nobody feeds it yet", () => {
  const loaded = parseConfig("f", TEXT.replace("write-only", "read-only"));
  assert.ok(loaded.ok);
  assert.deepEqual(codesOf(loaded), ["not-fed"]);
});

test("several servers on one host over loopback need no warning", () => {
  const text = `
version: 1
servers:
  left: { host: one, address: 127.0.0.1, port: 1 }
  right: { host: one, address: 127.0.0.1, port: 2 }
groups: { g: { index: 1, members: { left: { export: /l }, right: { export: /r } } } }
mounts: [{ group: g, at: /m, on: [one] }]
`;
  assert.deepEqual(codesOf(parseConfig("f", text)), []);
});

test("the same directory on two hosts, and namesakes on one, are no clash", () => {
  const text = `
version: 1
servers: { one: { address: 192.0.2.1 }, two: { address: 192.0.2.2 } }
groups:
  g: { index: 1, export: /g, members: { one: , two: } }
  h: { index: 2, export: /g-2, members: { one: } }
mounts:
  - { group: h, at: /g/h, on: [] }
`.replace("on: []", "on: [far]");
  assert.deepEqual(codesOf(parseConfig("f", `${text}clients: { far: { address: 192.0.2.3 } }\n`)), []);
});
