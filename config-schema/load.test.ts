import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { type ConfigFiles, dropInDirectory, loadConfig } from "./load.ts";

const TEXT = `version: 1
servers: { one: { address: 192.0.2.1 } }
groups: { g: { index: 1, export: /g, members: { one: } } }
`;

function filesOf(contents: Record<string, string | Uint8Array>): ConfigFiles {
  const failure = (code: string): Error => Object.assign(new Error(code), { code });
  return {
    read: (path) => {
      const content = contents[path];
      if (content === undefined) throw failure("ENOENT");
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
    list: (directory) => {
      const inside = Object.keys(contents).filter((path) => path.startsWith(`${directory}/`));
      return inside.map((path) => path.slice(directory.length + 1));
    },
  };
}
const sha256 = (...parts: (string | Uint8Array)[]): Uint8Array => {
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
};

test("drop-ins lie beside the file", () => {
  assert.equal(dropInDirectory("/etc/pohmelfs.yaml"), "/etc/pohmelfs.d");
  assert.equal(dropInDirectory("x.yml"), "x.d");
  assert.equal(dropInDirectory("/etc/pohmelfs"), "/etc/pohmelfs.d");
});

test("drop-ins are read in the order of their names, and nothing else in their directory is", () => {
  const loaded = loadConfig(
    "/etc/pohmelfs.yaml",
    filesOf({
      "/etc/pohmelfs.yaml": TEXT,
      "/etc/pohmelfs.d/20-b.yaml": "log: { level: debug }",
      "/etc/pohmelfs.d/10-a.yaml": "log: { level: error }\ndefaults: { port: 7 }",
      "/etc/pohmelfs.d/30-c.yaml~": "log: { level: notice }",
      "/etc/pohmelfs.d/.40-d.yaml": "log: { level: notice }",
      "/etc/pohmelfs.d/README": "not YAML: at: all",
    }),
  );
  assert.ok(loaded.ok);
  assert.equal(loaded.model.log.level, "debug");
  assert.equal(loaded.model.servers[0]?.port, 7);
});

test("the hash of a file alone is that of sha256sum", () => {
  const loaded = loadConfig("c.yaml", filesOf({ "c.yaml": TEXT }));
  assert.ok(loaded.ok);
  assert.deepEqual(Buffer.from(loaded.model.hash), sha256(TEXT));
});

test("the hash with drop-ins is that of the hashes, in order", () => {
  const loaded = loadConfig("c.yaml", filesOf({ "c.yaml": TEXT, "c.d/1.yaml": "log:", "c.d/2.yaml": "# words" }));
  assert.ok(loaded.ok);
  assert.deepEqual(Buffer.from(loaded.model.hash), sha256(sha256(TEXT), sha256("log:"), sha256("# words")));
});

test("a file that is not there, or is a directory, is a diagnostic", () => {
  const missing = loadConfig("/no/such/pohmelfs.yaml");
  assert.ok(!missing.ok);
  assert.deepEqual(
    missing.diagnostics.map(({ path, line, message }) => [path, line, message]),
    [["/no/such/pohmelfs.yaml", 0, "cannot be read: no such file or directory"]],
  );
  const directory = loadConfig(tmpdir());
  assert.ok(!directory.ok);
  assert.match(directory.diagnostics[0]?.message ?? "", /illegal operation on a directory/);
});

test("text that is not UTF-8 is refused, and a byte order mark is no text", () => {
  const latin1 = loadConfig("c.yaml", filesOf({ "c.yaml": Uint8Array.of(0x61, 0xe4, 0x62) }));
  assert.ok(!latin1.ok);
  assert.deepEqual(
    latin1.diagnostics.map(({ code }) => code),
    ["not-utf-8"],
  );
  assert.ok(loadConfig("c.yaml", filesOf({ "c.yaml": `\ufeff${TEXT}` })).ok);
});

test("files on a disk are read the same way", () => {
  const folder = mkdtempSync(join(tmpdir(), "pohmelfs-load-"));
  try {
    const path = join(folder, "pohmelfs.yaml");
    writeFileSync(path, TEXT);
    assert.ok(loadConfig(path).ok);
    mkdirSync(join(folder, "pohmelfs.d"));
    writeFileSync(join(folder, "pohmelfs.d", "a.yaml"), "log: { level: warning }\n");
    const loaded = loadConfig(path);
    assert.equal(loaded.ok && loaded.model.log.level, "warning");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
