/** Whatever stands in the file, loading gives a model that keeps its promises, or errors that have a place. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { liesWithin } from "./directory.ts";
import type { Model } from "./model.ts";
import { parseConfig } from "./parse-config.ts";
import { hostsOf, leadOf, membersOnHost, mountsOnHost } from "./queries.ts";
import { renderDiagnostic } from "./render-diagnostic.ts";

function textsIn(folder: string): string[] {
  const url = new URL(folder, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith(".yaml"));
  return names.map((name) => readFileSync(new URL(name, url), "utf8"));
}

/** @returns Whether the text was taken. */
function checkLoading(text: string, dropIn?: string): boolean {
  const dropIns = dropIn === undefined ? [] : [{ path: "drop-in", text: dropIn }];
  const loaded = parseConfig("file", text, dropIns);
  if (loaded.ok) checkModel(loaded.model);
  else assert.ok(loaded.diagnostics.some(({ severity }) => severity === "error"));
  for (const diagnostic of loaded.ok ? loaded.warnings : loaded.diagnostics) {
    const { path, line, column, endColumn, source, message } = diagnostic;
    const lines = (path === "file" ? text : (dropIn ?? "")).split("\n");
    if (line > 0) {
      assert.equal(source, lines[line - 1]?.replace(/\r$/, ""));
      assert.ok(column >= 1 && endColumn > column && endColumn <= [...source].length + 2, JSON.stringify(diagnostic));
    }
    assert.ok(message.length > 0 && !message.includes("undefined"), message);
    assert.doesNotMatch(renderDiagnostic(diagnostic), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
  return loaded.ok;
}

/** What the rest of pohmelfs takes for granted. */
function checkModel(model: Model): void {
  const unique = (values: readonly unknown[]): void => assert.equal(new Set(values).size, values.length);
  unique(model.groups.map(({ index }) => index));
  unique(model.servers.map(({ address, port }) => `${address} ${port}`));
  for (const group of model.groups) {
    assert.ok(leadOf(group).permissions === "read-write");
    for (const { server } of group.members) assert.ok(model.servers.includes(server));
  }
  for (const { group, on } of model.mounts) {
    assert.ok(model.groups.some(({ name }) => name === group));
    for (const host of on) assert.ok(hostsOf(model).includes(host));
  }
  for (const host of hostsOf(model)) {
    const exports = membersOnHost(model, host).map(({ member }) => member.export);
    for (const [i, one] of exports.entries()) {
      for (const other of exports.slice(i + 1)) assert.ok(!liesWithin(one, other) && !liesWithin(other, one));
      for (const { at } of mountsOnHost(model, host)) assert.ok(!liesWithin(one, at) && !liesWithin(at, one));
    }
  }
}

test("any text gives a model or errors", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void checkLoading(text)));
  const yaml = fc.constantFrom(..."{}[]:,-&*!|>'\"%@`#?\n\n\t  ~<01ae".split(""), "no", "servers", "<<", "---\n", ": ");
  fc.assert(
    fc.property(fc.array(yaml, { maxLength: 40 }), (parts) => void checkLoading(parts.join(""))),
    { numRuns: 500 },
  );
});

test("a file that was damaged gives a model or errors", () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(30),
    put: fc.oneof(
      fc.constant(""),
      fc.constantFrom(":", "\n", "  ", "\t", "- ", "{", "}", "*a", "&a ", "~", "01", "no"),
    ),
  });
  const text = fc.oneof(fc.constantFrom(...textsIn("../examples/")), fc.constantFrom(...textsIn("fixtures/")));
  const damaged = fc.tuple(text, fc.array(damage, { minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(damaged, ([text, damages]) => {
      checkLoading(
        damages.reduce((whole, { at, drop, put }) => {
          const start = Math.floor(at * whole.length);
          return whole.slice(0, start) + put + whole.slice(start + drop);
        }, text),
      );
    }),
    { numRuns: 500 },
  );
});

/** Files that have the right keys and often the right values: few names and directories, so that they meet. */
function fileArbitrary() {
  const rarely = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 150, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
  const some = (shape: Record<string, fc.Arbitrary<unknown>>, ...requiredKeys: string[]) =>
    rarely(fc.record(shape, { requiredKeys }));
  const names = ["a", "b", "c", "no", "host-1"];
  const name = fc.constantFrom(...names);
  const directory = fc.oneof(
    { weight: 9, arbitrary: fc.stringMatching(/^\/[a-z]\/[a-z]$/) },
    { weight: 1, arbitrary: fc.constantFrom("/a", "/b//c/", "/d/e/f", "/", "relative") },
  );
  const address = fc.oneof(
    { weight: 20, arbitrary: fc.nat(250).map((i) => `192.0.2.${i}`) },
    { weight: 1, arbitrary: fc.constantFrom("::1", "2001:db8::1", "::ffff:192.0.2.1", "127.0.0.1", "a") },
  );
  const member = some({
    priority: rarely(fc.nat(9)),
    permissions: rarely(fc.constantFrom("read-write", "read-write", "read-write", "write-only", "read-only")),
    export: rarely(directory),
  });
  const server = some({ address: rarely(address), port: fc.integer({ min: 1, max: 65535 }), host: name }, "address");
  const group = some(
    {
      index: rarely(fc.nat(50)),
      export: rarely(directory),
      members: rarely(fc.dictionary(name, member, { minKeys: 1, maxKeys: 3 })),
      witnesses: fc.constantFrom([], ["host-1"]),
    },
    "index",
    "members",
    "export",
  );
  const duration = fc.constantFrom(1, "1 s", "500ms", "2 s", "1 h");
  const size = fc.constantFrom("16 MiB", "64MiB", "128 MiB", "1.5 MiB");
  return fc.record(
    {
      version: fc.constant(1),
      servers: rarely(
        fc.tuple(...names.map(() => server)).map((all) => Object.fromEntries(names.map((n, i) => [n, all[i]]))),
      ),
      groups: rarely(fc.dictionary(fc.constantFrom("g", "h", "i"), group, { minKeys: 1, maxKeys: 2 })),
      clients: some({ desk: some({ address: rarely(address) }, "address") }),
      mounts: rarely(
        fc.array(
          some({ group: fc.constantFrom("g", "h", "i"), at: directory, on: fc.constant(["a"]) }, "group", "at", "on"),
          { maxLength: 2 },
        ),
      ),
      timeouts: some({ beat: duration, connect: duration, "give-up": rarely(duration) }),
      cache: some({ memory: size, dirty: rarely(size), readahead: size }),
    },
    { requiredKeys: ["version", "servers", "groups"] },
  );
}

test("a file made of the schema's keys gives a model or errors, with a drop-in or without", () => {
  const file = fileArbitrary();
  const dropIn = fc.option(file, { nil: undefined, freq: 2 });
  let models = 0;
  fc.assert(
    fc.property(file, dropIn, (content, more) => {
      const taken = checkLoading(stringify(content), more === undefined ? undefined : stringify(more));
      if (taken) models++;
    }),
    { numRuns: 600 },
  );
  assert.ok(models > 10, `only ${models} of 600 files were right: this tests little`);
});

test("a right file is always taken, whatever names and numbers it has", () => {
  const name = fc.stringMatching(/^[a-z_]([a-z0-9_.-]{0,20}[a-z0-9_])?$/);
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
  const groups = fc.uniqueArray(fc.stringMatching(/^[A-Z][A-Za-z0-9_.-]{0,20}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(names, groups, fc.nat(60_000), (servers, groupNames, port) => {
      const text = stringify({
        version: 1,
        servers: Object.fromEntries(servers.map((server, i) => [server, { address: `192.0.2.${i}`, port: port + 1 }])),
        groups: Object.fromEntries(
          groupNames.map((group, index) => {
            return [
              group,
              { index, export: `/x/${group}`, members: Object.fromEntries(servers.map((one) => [one, null])) },
            ];
          }),
        ),
        mounts: groupNames.map((group) => ({ group, at: `/mnt/${group}`, on: servers })),
      });
      const loaded = parseConfig("file", text);
      assert.ok(loaded.ok, JSON.stringify(loaded));
      checkModel(loaded.model);
      assert.deepEqual(
        loaded.model.servers.map((server) => server.name),
        servers,
      );
    }),
  );
});
