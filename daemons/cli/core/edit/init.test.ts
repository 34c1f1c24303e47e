import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DEFAULTS } from "../../../../config-schema/defaults.ts";
import { durationMs } from "../../../../config-schema/duration.ts";
import { parseConfig } from "../../../../config-schema/parse-config.ts";
import { leadOf } from "../../../../config-schema/queries.ts";
import { readYaml } from "../../../../config-schema/read-yaml.ts";
import { plainOf } from "../../../../config-schema/tree.ts";
import { initText } from "./init-text.ts";
import { type InitWords, readInitWords } from "./init-words.ts";

const NONE: InitWords = {
  servers: [],
  witnesses: [],
  clients: [],
  mounts: [],
  group: undefined,
  index: undefined,
  export: undefined,
};

const planOf = (words: Partial<InitWords>) => {
  const read = readInitWords({ ...NONE, ...words });
  assert.ok(read.ok, JSON.stringify(read));
  return read.plan;
};

function modelOf(text: string) {
  const loaded = parseConfig("f", text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  assert.deepEqual(loaded.warnings, []);
  return loaded.model;
}

const because = (words: Partial<InitWords>): string => {
  const read = readInitWords({ ...NONE, ...words });
  return read.ok ? "" : read.because;
};

test("the example is right, and names the schema for editors", () => {
  const model = modelOf(initText());
  assert.equal(model.groups[0]?.members.length, 2);
  assert.match(initText(), /^# yaml-language-server: \$schema=\/usr\/share\/pohmelfs\/pohmelfs\.schema\.json\n/);
});

test("what the example says in comments is right too: the defaults, and what else may stand there", () => {
  const said = (key: string): unknown => {
    const line = new RegExp(`^# (${key}: .*)$`, "m").exec(initText())?.[1] ?? "";
    const { tree, diagnostics } = readYaml({ path: "f", text: line });
    assert.deepEqual(diagnostics, []);
    return tree === undefined ? undefined : (plainOf(tree) as Record<string, unknown>)[key];
  };
  const { port, priority, permissions, workers, timeouts, logLevel } = DEFAULTS;
  assert.deepEqual(said("defaults"), { port, priority, permissions, workers });
  assert.deepEqual(Object.values(said("timeouts") as Record<string, string>).map(durationMs), Object.values(timeouts));
  assert.deepEqual(said("log"), { level: logLevel });
  const text = initText()
    .replace(/^servers:.*$/m, "servers:\n  attic: { address: 198.51.100.7, port: 2025, host: rack-1 }")
    .replace(/^ {4}members:.*$/m, "    members:\n      attic: { permissions: write-only, export: /backup/pohtest }")
    .replace(/^mounts:$/m, `mounts:\n${/^# ( {2}- \{ group.*)$/m.exec(initText())?.[1] ?? ""}`);
  modelOf(text);
  for (const piece of [
    "attic: { address: 198.51.100.7, port: 2025, host: rack-1 }",
    "attic: { permissions: write-only, export: /backup/pohtest }",
  ])
    assert.ok(initText().includes(piece));
});

test("servers have falling priorities in the order given; a mount's new host is a client", () => {
  const plan = planOf({
    servers: ["a=192.0.2.1", "b=[2001:db8::2]:1026", "c=2001:db8::3"],
    witnesses: ["w=192.0.2.4"],
    clients: ["d=192.0.2.5"],
    mounts: ["e=192.0.2.6:/mnt/stuff", "a:/mnt/stuff", "d:/mnt/other"],
  });
  const model = modelOf(initText(plan));
  assert.deepEqual(
    model.groups.map(({ name, index, members, witnesses }) => [
      name,
      index,
      members.map(({ priority }) => priority),
      witnesses,
    ]),
    [["stuff", 1, [20, 10, 0], ["w"]]],
  );
  assert.deepEqual(
    model.servers.map(({ address, port }) => `${address} ${port}`),
    ["192.0.2.1 1025", "2001:db8::2 1026", "2001:db8::3 1025", "192.0.2.4 1025"],
  );
  assert.deepEqual(
    model.clients.map(({ name, address }) => `${name} ${address}`),
    ["d 192.0.2.5", "e 192.0.2.6"],
  );
  assert.deepEqual(
    model.mounts.map(({ at, on }) => [at, on]),
    [
      ["/mnt/stuff", ["e", "a"]],
      ["/mnt/other", ["d"]],
    ],
  );
  assert.equal(model.groups[0]?.members[0]?.export, "/srv/pohmelfs/stuff");
});

test("a client that is a witness too is named once, with its address", () => {
  const model = modelOf(initText(planOf({ servers: ["a=192.0.2.1"], witnesses: ["w"], clients: ["w=192.0.2.4"] })));
  assert.deepEqual([model.servers.map(({ name }) => name), model.clients], [["a", "w"], []]);
});

test("a host without an address is left for looking up", () => {
  const plan = planOf({ servers: ["a"], mounts: ["b:/mnt"] });
  assert.deepEqual(
    [plan.servers, plan.clients],
    [[{ name: "a", address: undefined }], [{ name: "b", address: undefined }]],
  );
});

test("words that cannot be read are told with the form that they should have", () => {
  assert.match(because({}), /at least one --server/);
  assert.match(because({ servers: ["a=192.0.2.300"] }), /--server is NAME=ADDRESS\[:PORT\], not 'a=192\.0\.2\.300'/);
  assert.match(because({ servers: ["a=192.0.2.1"], clients: ["c=192.0.2.2:5"] }), /--client is NAME=ADDRESS, not/);
  assert.match(because({ servers: ["a=192.0.2.1"], mounts: ["/mnt"] }), /--mount is HOST:\/DIR/);
  assert.match(because({ servers: ["a=192.0.2.1"], index: "x" }), /--index is a number/);
});

test("whatever names, addresses and directories are given, the result is right and leads with the first", () => {
  const name = fc.stringMatching(/^[a-z_]([a-z0-9_.-]{0,12}[a-z0-9_])?$/).filter((one) => !/^[0-9]+$/.test(one));
  const hosts = fc.uniqueArray(name, { minLength: 2, maxLength: 6 });
  const directory = fc
    .stringMatching(/^\/mnt\/[^\u0000-\u001f\u007f/]{1,9}$/)
    .filter((one) => !/\/\.{1,2}$|\.pohmelfs/.test(one));
  fc.assert(
    fc.property(hosts, directory, fc.nat(60_000), ([client = "", ...servers], at, index) => {
      const plan = planOf({
        servers: servers.map((one, i) => `${one}=192.0.2.${i + 1}`),
        mounts: [`${client}=2001:db8::1:${at}`],
        index: String(index),
      });
      const model = modelOf(initText(plan));
      assert.ok(model.groups[0]);
      assert.equal(leadOf(model.groups[0]).server.name, servers[0]);
      assert.equal(model.mounts[0]?.on[0], client);
    }),
  );
});
