import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "pohmelfs-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const config = join(folder, "pohmelfs.yaml");
writeFileSync(
  config,
  `version: 1
servers:
  host-75: { host: here, address: 127.0.0.1, port: 9 }
  host-166: { host: here, address: 127.0.0.1, port: 19 }
groups:
  pohtest:
    index: 1
    members:
      host-75: { priority: 10, export: ${folder}/a }
      host-166: { export: ${folder}/b }
`,
);
const broken = join(folder, "broken.yaml");
writeFileSync(broken, "version: 1\nservres: {}\n");

const env = { ...process.env, POHMELFS_RUN: join(folder, "run"), POHMELFS_CONFIG: config };

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import=tsx", join(import.meta.dirname, `${program}.ts`), ...args],
    { encoding: "utf8", env },
  );
  return { status, stdout, stderr };
}

/** A user's mistake never shows a stack trace. */
function refused(code: number, stderr: RegExp, program: string, ...args: readonly string[]): void {
  const ran = run(program, ...args);
  assert.equal(ran.status, code, ran.stderr);
  assert.match(ran.stderr, stderr);
  assert.doesNotMatch(ran.stderr, /\n {4}at /);
  assert.equal(ran.stdout, "");
}

test("check tells what a good file has, on stdout", () => {
  assert.deepEqual(run("pohmelfs", "check"), {
    status: 0,
    stdout: `${config}: ok: 2 servers, 1 group, 0 mounts\n`,
    stderr: "",
  });
  assert.equal(run("pohmelfs", "check", "--config", broken).status, 3);
});

test("check shows all errors of a bad file with their places, and ends with 3", () => {
  refused(3, /broken\.yaml:2:1: error: unknown key 'servres'/, "pohmelfs", "check", broken);
  const { status, stdout } = run("pohmelfs", "check", "--json", broken);
  assert.equal(status, 3);
  assert.ok((JSON.parse(stdout) as { diagnostics: unknown[] }).diagnostics.length > 1);
});

test("status tells of servers that are down, and with --exit-code ends with 6", () => {
  const { status, stdout } = run("pohmelfs", "status", "--exit-code");
  assert.equal(status, 6);
  assert.match(stdout, /^host-75 +127\.0\.0\.1:9 +no +10 +read-write +\?$/m);
  assert.match(stdout, /^ {2}host-75: .*nothing listens there$/m);
  assert.match(stdout, /^No mounts on this machine\.$/m);
  const json = JSON.parse(run("pohmelfs", "status", "--json").stdout) as { version: number };
  assert.equal(json.version, 1);
});

test("wrong calls end with 2 and say what is near", () => {
  refused(2, /Did you mean status\?/, "pohmelfs", "stauts");
  refused(2, /unknown option '--jsn'[\s\S]*see pohmelfs status --help/, "pohmelfs", "status", "--jsn");
  refused(2, /Usage: pohmelfs/, "pohmelfs");
  refused(2, /-A <action>/, "cfg");
  refused(2, /-r DIR/, "cfg", "-A", "add", "-a", "192.0.2.75", "-p", "1025", "-i", "1");
  refused(2, /there is no action 'dance'/, "cfg", "-A", "dance");
  refused(2, /missing required argument/, "flush");
});

test("who reads only the beginning gets no trace of ours", () => {
  const command = `"$0" --import=tsx "$1" get | true; echo "\${PIPESTATUS[0]}"`;
  const words = ["-c", command, process.execPath, join(import.meta.dirname, "pohmelfs.ts")];
  const { stdout, stderr } = spawnSync("bash", words, { encoding: "utf8", env });
  assert.deepEqual({ stdout, stderr }, { stdout: "0\n", stderr: "" });
});

test("what is not there ends with 4", () => {
  refused(4, /nothing of ours is mounted/, "pohmelfs", "mountstats", "/");
  refused(4, /no group with index 7/, "cfg", "-A", "show", "-i", "7");
  refused(4, /lies in no export/, "flush", join(folder, "nothing"));
});

test("cfg shows a group as the original did", () => {
  assert.match(
    run("cfg", "-A", "show", "-i", "1").stdout,
    /^Config Index = 1\nFamily {4}Server IP .*\nAF_INET {3}127\.0\.0\.1/,
  );
});

test("help and version are results: on stdout, with 0", () => {
  for (const program of ["pohmelfs", "cfg", "flush", "mount-pohmelfs"]) {
    for (const word of ["--help", "--version"]) {
      const { status, stdout, stderr } = run(program, word);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" }, program);
      assert.notEqual(stdout, "");
    }
  }
});

test("the mount helper ends with mount(8)'s codes and one line for each mistake", {
  skip: process.getuid?.() === 0 ? false : "needs root",
}, () => {
  const mount = (code: number, stderr: RegExp, ...args: readonly string[]) =>
    refused(code, stderr, "mount-pohmelfs", ...args);
  mount(1, /needs a group and a directory/, "pohtest");
  mount(1, /^mount\.pohmelfs: unknown option 'nolok'; did you mean 'nolock'\?\n$/, "pohtest", folder, "-o", "nolok");
  mount(1, /'none' needs the option idx=N/, "none", folder, "-f");
  mount(32, /has no group 'pohtset' \(did you mean 'pohtest'\?\)/, "pohtset", folder, "-f");
  mount(32, /has no group with index 2; it has pohtest \(idx=1\)/, "none", folder, "-f", "-o", "idx=2");
  mount(32, /no such directory; make it with/, "pohtest", join(folder, "nothing"), "-f");
  mount(32, /is not a directory/, "pohtest", config, "-f");
  mount(32, /cannot be read/, "pohtest", folder, "-f", "-o", "config=/nowhere.yaml");
  mount(32, /server 'host-75' of this machine exports/, "pohtest", folder, "-f");
});

test("-f checks all and mounts nothing, -v says what would be done", () => {
  const point = mkdtempSync(join(tmpdir(), "pohmelfs-cli-at-"));
  try {
    const { status, stdout, stderr } = run("mount-pohmelfs", "-fv", "none", point, "-o", "idx=1,ro,noatime");
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /pohtest \(idx=1\) of host-75 \(127\.0\.0\.1:9\), host-166 .*, options ro,noatime$/m);
  } finally {
    rmSync(point, { recursive: true });
  }
});
