import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Effect, type MountEffect, mountEffect, serverEffect } from "./effects.ts";
import type { Model } from "./model.ts";
import { parseConfig } from "./parse-config.ts";

const FILE = `
version: 1
servers:
  left: { address: 192.0.2.1 }
  right: { address: 192.0.2.2 }
  far: { address: "2001:db8::3" }
  watcher: { address: 192.0.2.4 }
groups:
  alpha: { index: 7, export: /srv/alpha, members: { left: { priority: 5 }, right: }, witnesses: [watcher] }
  beta: { index: 8, export: /srv/beta, members: { far: } }
clients:
  desk: { address: 192.0.2.9 }
mounts:
  - { group: alpha, at: /mnt, on: [desk, left], options: [noxattr] }
`;

function load(text: string): Model {
  const hash = new Uint8Array(32);
  for (const [i, byte] of Buffer.from(text).entries()) hash[i % 32] = ((hash[i % 32] ?? 0) * 31 + byte) % 256;
  const loaded = parseConfig("file", text, [], hash);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.model;
}

const before = load(FILE);

function mountOf(model: Model): MountEffect {
  const [mount] = model.mounts;
  assert.ok(mount !== undefined);
  return mountEffect(model, mount);
}

/** Which parts differ after text was replaced in the file: of the servers and of the mount. */
function changed(from: string, to: string): Record<string, string> {
  assert.ok(FILE.includes(from));
  const after = load(FILE.replace(from, to));
  const what = (old: Effect, now: Effect): string =>
    [...(old.restart === now.restart ? [] : ["restart"]), ...(old.reload === now.reload ? [] : ["reload"])].join(" ");
  const servers = before.servers.map(({ name }) => [name, what(serverEffect(before, name), serverEffect(after, name))]);
  return { ...Object.fromEntries(servers), mount: what(mountOf(before), mountOf(after)) };
}

const ALL = { left: "reload", right: "reload", far: "reload", watcher: "reload", mount: "reload" };
const BOTH = "restart reload";

test("a digest has sixteen hex digits", () => {
  const { restart, reload } = serverEffect(before, "left");
  assert.match(restart, /^[0-9a-f]{16}$/);
  assert.match(reload, /^[0-9a-f]{16}$/);
});

test("the same file has the same effects, and so has one that has the same differently written", () => {
  assert.deepEqual(mountOf(load(FILE)), mountOf(before));
  const other = load(FILE.replace("2001:db8::3", "2001:DB8:0:0::3"));
  assert.equal(serverEffect(other, "far").restart, serverEffect(before, "far").restart);
});

test("any change of the file, be it a remark, is for all to read again", () => {
  assert.deepEqual(changed("version: 1", "version: 1 # first"), ALL);
});

test("an address or a port is a restart of the server and of who mounts it, not of other servers", () => {
  for (const to of ["192.0.2.77", "192.0.2.1, port: 1026"])
    assert.deepEqual(changed("192.0.2.1 }", `${to} }`), { ...ALL, left: BOTH, mount: BOTH });
});

test("an export is a restart of the members, and of no mount", () => {
  assert.deepEqual(changed("/srv/alpha", "/srv/other"), { ...ALL, left: BOTH, right: BOTH });
});

test("the index of a group is a restart of its members, witnesses and mounts", () => {
  const expected = { ...ALL, left: BOTH, right: BOTH, watcher: BOTH, mount: BOTH };
  assert.deepEqual(changed("index: 7", "index: 9"), expected);
});

test("a priority is taken over while running, unless it moves the lead", () => {
  assert.deepEqual(changed("priority: 5", "priority: 6"), ALL);
  assert.deepEqual(changed("right: }", "right: { priority: 6 } }"), { ...ALL, left: BOTH, right: BOTH, mount: BOTH });
});

test("permissions are taken over while running, unless they move the lead", () => {
  assert.deepEqual(changed("right: }", "right: { permissions: read-only } }"), ALL);
  const moved = changed("priority: 5 }", "priority: 5, permissions: read-only }");
  assert.deepEqual(moved, { ...ALL, left: BOTH, right: BOTH, mount: BOTH });
});

test("a new member is a restart of who mounts the group, and of that member", () => {
  assert.deepEqual(changed("right: }", "right: , far: { export: /srv/alpha2 } }"), { ...ALL, far: BOTH, mount: BOTH });
});

test("who watches a group is a restart of the watcher alone", () => {
  assert.deepEqual(changed("witnesses: [watcher]", "witnesses: []"), { ...ALL, watcher: BOTH });
});

test("clients, timeouts and the log are read again", () => {
  assert.deepEqual(changed("desk: { address: 192.0.2.9 }", "desk: { address: 192.0.2.10 }"), ALL);
  assert.deepEqual(changed("clients:", "log: { level: debug, file: /var/log/p }\nclients:"), ALL);
  assert.deepEqual(changed("clients:", "timeouts: { connect: 9s }\nclients:"), ALL);
});

test("how much a mount keeps at hand is taken over by the mount that runs", () => {
  const keeping = (more: string) => {
    const after = load(FILE.replace("[noxattr] }", `[noxattr]${more} }`));
    // As if the file had no other hash.
    return mountOf({ ...after, hash: before.hash });
  };
  assert.deepEqual(keeping(""), mountOf(before));
  for (const more of [", sync-on-close: true", ", cache: { dirty: 128 MiB }"]) {
    const { restart, remount, reload } = keeping(more);
    assert.deepEqual({ restart, remount }, { restart: mountOf(before).restart, remount: mountOf(before).remount });
    assert.notEqual(reload, mountOf(before).reload);
  }
  assert.deepEqual(changed("clients:", "cache: { memory: 1 GiB }\nclients:"), ALL);
});

test("the number of workers is a restart of servers", () => {
  const to = "defaults: { workers: 3 }\nservers:";
  assert.deepEqual(changed("servers:", to), { left: BOTH, right: BOTH, far: BOTH, watcher: BOTH, mount: "reload" });
});

test("the options of a mount are a restart of it, but for those that its daemon does not see", () => {
  assert.deepEqual(changed("[noxattr]", "[noxattr, ro]"), { ...ALL, mount: BOTH });
  assert.deepEqual(changed("[noxattr]", "[noauto, noxattr, nofail, x-systemd.automount, _netdev, comment=x]"), ALL);
  assert.deepEqual(changed("on: [desk, left]", "on: [desk]"), ALL);
});

test("who serves a group, and who leads it, is nothing that the kernel's part of a mount depends on", () => {
  for (const text of ["192.0.2.1 }", "priority: 5", "right: }"]) {
    const after = load(
      FILE.replace(text, { "192.0.2.1 }": "192.0.2.7 }", "right: }": "right: , far: }" }[text] ?? text),
    );
    assert.equal(mountOf(after).remount, mountOf(before).remount);
  }
  for (const [from, to] of [
    ["/mnt", "/srv/mnt"],
    ["noxattr", "nolock"],
    ["index: 7", "index: 9"],
  ] as const)
    assert.notEqual(mountOf(load(FILE.replace(from, to))).remount, mountOf(before).remount);
});

test("the place of a mount is a restart of it", () => {
  assert.deepEqual(changed("at: /mnt", "at: /mnt/there"), { ...ALL, mount: BOTH });
});

test("the digests of restart depend on nothing else than the servers, groups and workers", () => {
  const other = fc.record({
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    clients: fc.array(fc.record({ name: fc.string(), address: fc.ipV4() })),
    timeouts: fc.record({ beatMs: fc.nat(), suspectMs: fc.nat(), connectMs: fc.nat(), giveUpMs: fc.nat() }),
    log: fc.record({ level: fc.constantFrom("error" as const, "debug" as const) }),
  });
  fc.assert(
    fc.property(other, (parts) => {
      const after: Model = { ...before, ...parts };
      for (const { name } of before.servers)
        assert.equal(serverEffect(after, name).restart, serverEffect(before, name).restart);
      assert.equal(mountOf(after).restart, mountOf(before).restart);
      const same = JSON.stringify(after.timeouts) === JSON.stringify(before.timeouts);
      if (!same) assert.notEqual(mountOf(after).reload, mountOf(before).reload);
    }),
  );
});
