import assert from "node:assert/strict";
import { test } from "node:test";
import { editConfig } from "../../../../config-schema/edit/edit-config.ts";
import type { Plain } from "../../../../config-schema/edit/plain.ts";
import { readYaml } from "../../../../config-schema/read-yaml.ts";
import { plainOf } from "../../../../config-schema/tree.ts";
import { type CfgPlace, cfgAdd } from "./cfg-add.ts";
import { cfgDel, cfgFlush, cfgModify } from "./cfg-change.ts";
import { cfgAction, type CfgOptions, cfgWords } from "./cfg-words.ts";

const TEXT = `version: 1 # ours
servers:
  host-75: { address: 192.0.2.75 } # the first
  host-166: { address: 192.0.2.166 }
groups:
  pohtest:
    index: 1
    export: /opt/pohtest
    members:
      host-75: { priority: 10 } # read first
      host-166:
clients:
  laptop: { address: "2001:db8::200" }
mounts:
  - { group: pohtest, at: /opt/pohtest, on: [laptop] } # mine
`;

const ACTIONS = { add: cfgAdd, del: cfgDel, modify: cfgModify, flush: cfgFlush };

function run(action: keyof typeof ACTIONS, options: CfgOptions, text = TEXT) {
  const read = cfgWords(options);
  if (!read.ok) return read;
  const source = { path: "f", text };
  const checked = editConfig([source], []);
  const { tree } = readYaml(source);
  assert.ok(checked.ok && tree !== undefined);
  const written = plainOf(tree) as Plain;
  const place: CfgPlace = {
    model: checked.model,
    written,
    usualPort: 1025,
    hostname: "here.example.org",
    here: new Set(["here", "192.0.2.1"]),
  };
  const decided = ACTIONS[action](place, read.words);
  if (!decided.ok) return decided;
  const edited = editConfig([source], decided.edits);
  assert.ok(edited.ok, JSON.stringify(edited));
  return { ok: true as const, text: edited.changes[0]?.after ?? text, told: decided.told.join("\n") };
}

/** The lines that an action adds (`+`) and takes away (`-`). */
function differs(
  action: keyof typeof ACTIONS,
  options: CfgOptions,
  lines: readonly string[],
  told?: RegExp,
  text = TEXT,
): void {
  const done = run(action, options, text);
  assert.ok(done.ok, JSON.stringify(done));
  const [before, after] = [text.split("\n"), done.text.split("\n")];
  const found = [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
  assert.deepEqual(found, lines);
  if (told !== undefined) assert.match(done.told, told);
}

function refuses(action: keyof typeof ACTIONS, options: CfgOptions, code: number, because: RegExp): void {
  const done = run(action, options);
  assert.ok(!done.ok, JSON.stringify(done));
  assert.match(done.because, because);
  assert.equal(done.code, code);
}

test("add puts a new server into the group of its index, under a name made of its address", () => {
  differs(
    "add",
    { address: "192.0.2.9", port: "1025", index: "1", priority: "5", permissions: "3" },
    [
      "+  server-192-0-2-9: { address: 192.0.2.9 }",
      "+      server-192-0-2-9: { priority: 5, permissions: read-write }",
    ],
    /the name server-192-0-2-9 is made up.*\nserver-192-0-2-9 \(192\.0\.2\.9:1025\) is in pohtest now, with \/opt\/pohtest/,
  );
});

test("add takes the name that the file, or this machine, has for an address", () => {
  // The new line under `servers` is the one that the client has.
  differs("add", { address: "2001:db8:0::200", export: "/x" }, ["+      laptop: { export: /x }"]);
  differs("add", { address: "192.0.2.1" }, ["+  here: { address: 192.0.2.1 }", "+      here: {}"]);
  differs("add", { address: "192.0.2.75", port: "1026", export: "/other" }, [
    "+  host-75-1026: { address: 192.0.2.75, port: 1026, host: host-75 }",
    "+      host-75-1026: { export: /other }",
  ]);
  differs("add", { address: "192.0.2.9", name: "ninth" }, ["+  ninth: { address: 192.0.2.9 }", "+      ninth: {}"]);
});

test("add makes a group for a new index, when it is told what to export", () => {
  refuses(
    "add",
    { address: "192.0.2.75", index: "7" },
    2,
    /no group with index 7 yet \(there is 1 \(pohtest\)\).*-r DIR/,
  );
  differs(
    "add",
    { address: "192.0.2.75", index: "7", export: "/srv/seven" },
    ["+  group-7:", "+    index: 7", "+    export: /srv/seven", "+    members: { host-75: {} }"],
    /in the new group group-7 \(index 7\), with \/srv\/seven/,
  );
});

test("add refuses what is in the group already, and what is no address", () => {
  refuses("add", { address: "192.0.2.75" }, 1, /host-75 \(192\.0\.2\.75:1025\) is in pohtest \(index 1\) already/);
  refuses("add", { address: "storage.example.org" }, 2, /is no address, and no server/);
  refuses("add", {}, 2, /-a ADDRESS/);
});

test("del takes a server out of the group and leaves it among the servers", () => {
  differs(
    "del",
    { address: "192.0.2.75", port: "1025", index: "1" },
    ["-      host-75: { priority: 10 } # read first"],
    /files in \/opt\/pohtest stay/,
  );
  refuses(
    "del",
    { address: "192.0.2.57" },
    4,
    /no server 192\.0\.2\.57 is in pohtest \(index 1\); did you mean '192\.0\.2\.75'\?/,
  );
  refuses("del", { address: "192.0.2.75", port: "9" }, 4, /at 192\.0\.2\.75 there is port 1025, not 9/);
  refuses("del", { address: "192.0.2.75", index: "3" }, 4, /no group with index 3; there is 1 \(pohtest\)/);
  const alone = TEXT.replace("      host-166:\n", "");
  const last = run("del", { address: "host-75" }, alone);
  assert.ok(!last.ok && /last member of pohtest; 'cfg -A flush -i 1'/.test(last.because));
});

test("modify changes priority and permissions where they stand", () => {
  differs("modify", { address: "192.0.2.75", priority: "20" }, [
    "-      host-75: { priority: 10 } # read first",
    "+      host-75: { priority: 20 } # read first",
  ]);
  differs(
    "modify",
    { address: "host-166", permissions: "2" },
    ["-      host-166:", "+      host-166: { permissions: write-only }"],
    /host-166 \(192\.0\.2\.166:1025\) has write-only in pohtest now/,
  );
  refuses("modify", { address: "192.0.2.75" }, 2, /-P.*-I/);
  refuses("modify", { address: "192.0.2.75", priority: "65536" }, 2, /-P is a number from 0 to 65535, not '65536'/);
  refuses("modify", { address: "192.0.2.75", permissions: "4" }, 2, /-I is 1 \(read-only\), 2/);
});

test("flush takes a group out with its mounts, but not the last", () => {
  refuses("flush", {}, 2, /-i INDEX/);
  refuses("flush", { index: "1" }, 1, /pohtest is the only group; to stop all, remove f/);
  refuses("flush", { index: "65535" }, 1, /these are all groups/);
  const two = TEXT.replace("clients:", "  other: { index: 2, export: /y, members: { host-75: {} } }\nclients:");
  const done = run("flush", { index: "1" }, two);
  assert.ok(done.ok);
  assert.match(done.text, /^groups:\n {2}other: .*\nclients:\n.*\nmounts: \[\]\n$/m);
  assert.match(done.told, /pohtest \(index 1\) is taken out, and so is its mount at \/opt\/pohtest; the files/);
});

test("a misspelled action is told", () => {
  assert.equal(cfgAction("add"), "add");
  assert.match(JSON.stringify(cfgAction("modfy")), /did you mean 'modify'\?/);
  assert.match(JSON.stringify(cfgAction("dance")), /there are add, del, modify, show, dump, flush/);
});
