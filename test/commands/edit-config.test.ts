/** The programs that write the configuration: what they leave in the file, say, and end with. Nothing is applied here. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dist } from "../support/programs.ts";
import { type Ran, tryRun } from "../support/run.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const TEXT = `# ours
version: 1
servers: # two
  host-75: { address: 192.0.2.75 } # the first
  host-166: { address: 192.0.2.166 }

groups:
  pohtest:
    index: 1
    export: /opt/pohtest
    members:
      host-75: { priority: 10 } # read first
      host-166:
`;

/** A configuration of its own, and the programs that read it. */
function place(text: string | undefined = TEXT) {
  const directory = temporaryDirectory("edit");
  const config = join(directory.path, "pohmelfs.yaml");
  if (text !== undefined) writeFileSync(config, text);
  const call = (program: string, ...words: readonly string[]): Promise<Ran> =>
    tryRun([process.execPath, dist(program), ...words], { env: { POHMELFS_CONFIG: config } });
  return {
    config,
    directory: directory.path,
    read: () => readFileSync(config, "utf8"),
    pohmelfs: (...words: readonly string[]) => call("pohmelfs", ...words),
    cfg: (...words: readonly string[]) => call("cfg", ...words),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

function refused({ status, stdout, stderr }: Ran, code: number, words: RegExp): void {
  assert.equal(status, code, stderr);
  assert.match(stderr, words);
  assert.doesNotMatch(stderr, /\n {4}at /);
  assert.equal(stdout, "");
}

test("get prints a value as it is written, and with --effective the default", async () => {
  using at = place();
  assert.deepEqual(await at.pohmelfs("get", "servers.host-75.address"), {
    status: 0,
    stdout: "192.0.2.75\n",
    stderr: "",
  });
  assert.equal((await at.pohmelfs("get", "servers.host-75")).stdout, "address: 192.0.2.75\n");
  assert.equal((await at.pohmelfs("get", "--effective", "servers.host-75.port")).stdout, "1025\n");
  const { stdout } = await at.pohmelfs("get", "--json", "groups.pohtest.index");
  assert.deepEqual(JSON.parse(stdout), {
    version: 1,
    key: "groups.pohtest.index",
    value: 1,
    from: { path: at.config, line: 9, column: 12 },
  });
  assert.match(
    (await at.pohmelfs("get", "--paths", "groups")).stdout,
    /^groups\.pohtest\.members\.host-75\.priority$/m,
  );
});

test("get of what is not there ends with 4 and says what may be meant", async () => {
  using at = place();
  refused(await at.pohmelfs("get", "servers.host-75.port"), 4, /is not set; its default, 1025, holds/);
  refused(await at.pohmelfs("get", "server.host-75"), 4, /has no 'server'; did you mean 'servers'\?/);
  refused(await at.pohmelfs("get", "servers.host-57"), 4, /did you mean 'host-75'\?/);
  refused(await at.pohmelfs("get", "servers..x"), 2, /at character 8, a key is missing/);
});

test("set changes one value, and keeps everything else byte for byte, the file's mode and owner too", async () => {
  using at = place();
  chmodSync(at.config, 0o640);
  if (process.getuid?.() === 0) chownSync(at.config, 1, 2);
  const before = statSync(at.config);
  const { status, stderr } = await at.pohmelfs("set", "servers.host-75.port", "1026", "--no-apply");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /pohmelfs\.yaml: servers\.host-75\.port is now 1026/);
  assert.equal(at.read(), TEXT.replace("192.0.2.75 }", "192.0.2.75, port: 1026 }"));
  const after = statSync(at.config);
  assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
  assert.deepEqual(readdirSync(at.directory), ["pohmelfs.yaml"]);
});

test("set --delete takes out, --dry-run shows and writes nothing", async () => {
  using at = place();
  const { status, stdout } = await at.pohmelfs(
    "set",
    "--dry-run",
    "groups.pohtest.members.host-75.priority",
    "--delete",
  );
  assert.equal(status, 0);
  assert.match(stdout, /^-\s+host-75: \{ priority: 10 \} # read first\n\+\s+host-75: \{\} # read first$/m);
  assert.equal(at.read(), TEXT);
  assert.equal(
    (await at.pohmelfs("set", "groups.pohtest.members.host-75.priority", "--delete", "--no-apply")).status,
    0,
  );
  assert.match(at.read(), /host-75: \{\} # read first/);
});

test("set writes nothing when the result would be wrong, and shows where it would be", async () => {
  using at = place();
  refused(
    await at.pohmelfs("set", "servers.host-75.port", "99999"),
    3,
    /pohmelfs\.yaml:4:41: error: servers\.host-75\.port must be 1 to 65535/,
  );
  refused(
    await at.pohmelfs("set", "servers.host-57.port", "1026"),
    3,
    /did you mean 'host-75'\?\n.*nothing is written/,
  );
  refused(await at.pohmelfs("set", "servers.host-75.prot", "1026"), 3, /unknown key 'prot'.*did you mean 'port'\?/);
  refused(await at.pohmelfs("set", "groups.pohtest.index", "--delete"), 3, /groups\.pohtest has no 'index'/);
  refused(await at.pohmelfs("set", "servers.host-75.host", "--delete"), 4, /there is no servers\.host-75\.host/);
  refused(await at.pohmelfs("set", "servers.host-75.port", "[1"), 2, /the value:1:/);
  refused(await at.pohmelfs("set", "servers.host-75.port"), 2, /needs a value, or --delete/);
  assert.equal(at.read(), TEXT);
});

test("a symbolic link stays one, and what it leads to is written", async () => {
  using at = place();
  mkdirSync(join(at.directory, "etc"));
  const link = join(at.directory, "etc/pohmelfs.yaml");
  symlinkSync("../pohmelfs.yaml", link);
  assert.equal((await at.pohmelfs("set", "--config", link, "log.level", "debug", "--no-apply")).status, 0);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(at.read(), `${TEXT}\nlog: { level: debug }\n`);
});

test("a value of a drop-in is changed there, and the message says which file", async () => {
  using at = place();
  const dropIn = join(at.directory, "pohmelfs.d/50-log.yaml");
  mkdirSync(join(at.directory, "pohmelfs.d"));
  writeFileSync(dropIn, "log: { level: info } # loud\n");
  const { stderr } = await at.pohmelfs("set", "log.level", "debug", "--no-apply");
  assert.match(stderr, /50-log\.yaml: log\.level is now debug/);
  assert.equal(readFileSync(dropIn, "utf8"), "log: { level: debug } # loud\n");
  assert.equal(at.read(), TEXT);
});

test("of changes that come at once none is lost", async () => {
  using at = place();
  const ports = [1, 2, 3, 4, 5];
  const done = await Promise.all(
    ports.map((i) => at.cfg("-A", "add", "-a", `198.51.100.${i}`, "-P", String(i), "--no-apply")),
  );
  for (const { status, stderr } of done) assert.equal(status, 0, stderr);
  for (const i of ports) assert.match(at.read(), new RegExp(`server-198-51-100-${i}: \\{ priority: ${i} \\}`));
});

test("cfg adds, modifies, deletes and shows, as the original's, in the file", async () => {
  using at = place();
  const done = async (...words: readonly string[]): Promise<void> => {
    const { status, stderr } = await at.cfg("-A", ...words, "--no-apply");
    assert.equal(status, 0, stderr);
  };
  await done("add", "-a", "192.0.2.9", "-p", "1026", "-i", "1", "-P", "5", "-I", "3", "--name", "ninth");
  await done("modify", "-a", "192.0.2.9", "-p", "1026", "-i", "1", "-P", "20");
  const { stdout } = await at.cfg("-A", "show", "-i", "1");
  assert.match(
    stdout,
    /^Config Index = 1\nFamily .*\n(AF_INET .*\n){2}AF_INET {3}192\.0\.2\.9 +1026 +20 +3 read-write\n$/,
  );
  await done("del", "-a", "192.0.2.9", "-p", "1026", "-i", "1");
  assert.equal(
    at.read(),
    TEXT.replace("192.0.2.166 }\n", "192.0.2.166 }\n  ninth: { address: 192.0.2.9, port: 1026 }\n"),
  );
  await done("add", "-a", "192.0.2.9", "-p", "1026", "-i", "2", "-r", "/srv/two");
  assert.match(at.read(), /^ {2}group-2:\n {4}index: 2\n {4}export: \/srv\/two\n {4}members: \{ ninth: \{\} \}$/m);
  await done("flush", "-i", "2");
  assert.doesNotMatch(at.read(), /group-2/);
});

test("cfg refuses what cannot be, and leaves the file", async () => {
  using at = place();
  refused(await at.cfg("-A", "add", "-a", "192.0.2.75", "-p", "1025", "-i", "1"), 1, /already; 'modify' changes it/);
  refused(await at.cfg("-A", "add", "-a", "192.0.2.9", "-i", "2"), 2, /-r DIR/);
  refused(await at.cfg("-A", "del", "-a", "192.0.2.57", "-i", "1"), 4, /did you mean '192\.0\.2\.75'\?/);
  refused(await at.cfg("-A", "flush", "-i", "1"), 1, /the only group/);
  refused(await at.cfg("-A", "add", "-a", "192.0.2.9", "--name", "host-75"), 2, /the name host-75 .* is taken/);
  assert.equal(at.read(), TEXT);
});

test("a broken file is not changed, but told", async () => {
  using at = place("version: 1\nservers: {\n");
  refused(await at.cfg("-A", "add", "-a", "192.0.2.9"), 3, /pohmelfs\.yaml:\d+:\d+: error/);
  refused(await at.pohmelfs("set", "version", "1"), 3, /pohmelfs\.yaml:\d+:\d+: error.*\n[\s\S]*nothing is written/);
  assert.equal(at.read(), "version: 1\nservers: {\n");
});

test("a change is applied, and where that cannot be, the file has it and it is said", {
  skip: existsSync("/run/systemd/system") ? "systemd runs this machine: the change would be applied" : false,
}, async () => {
  using at = place();
  refused(
    await at.cfg("-A", "modify", "-a", "192.0.2.75", "-P", "20"),
    5,
    /needs systemd.*\n.*is changed, but not applied/,
  );
  assert.match(at.read(), /host-75: \{ priority: 20 \}/);
});

test("init writes an example that check takes, and does not overwrite it", async () => {
  using at = place();
  refused(await at.pohmelfs("init"), 1, /is there already; --force/);
  assert.equal(at.read(), TEXT);
  const { status, stderr } = await at.pohmelfs("init", "--force");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /pohmelfs plan\n$/);
  assert.equal((await at.pohmelfs("check")).status, 0);
});

test("init with servers and mounts writes the real thing", async () => {
  using at = place();
  const words = [
    "--server",
    "a=192.0.2.1",
    "--server",
    "b=192.0.2.2",
    "--mount",
    "c=192.0.2.3:/mnt/g",
    "--export",
    "/srv/g",
  ];
  const { status, stdout } = await at.pohmelfs("init", ...words, "--output", "-");
  assert.equal(status, 0);
  writeFileSync(at.config, stdout);
  assert.match((await at.pohmelfs("check")).stdout, /2 servers, 1 group, 1 mount/);
  refused(await at.pohmelfs("init", "--server", "a=x"), 2, /--server is NAME=ADDRESS/);
});

test("where there is no configuration, init is named", async () => {
  using at = place();
  const nowhere = join(at.directory, "nothing.yaml");
  refused(
    await at.cfg("-A", "add", "-a", "192.0.2.9", "--config", nowhere),
    3,
    /no such file.*\n.*'pohmelfs init' makes one/,
  );
  const { status, stderr } = await at.pohmelfs("init", "--config", nowhere);
  assert.equal(status, 0, stderr);
  assert.equal(statSync(nowhere).mode & 0o777, 0o644);
});
