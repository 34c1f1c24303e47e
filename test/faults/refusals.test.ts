import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { suite, test } from "node:test";
import { GROUP } from "../support/cluster-config.ts";
import { type Cluster, prepareCluster, startCluster } from "../support/cluster.ts";
import { freePorts } from "../support/free-ports.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { seeded } from "../support/random.ts";
import { type Ran, tryRun } from "../support/run.ts";
import { isMounted } from "../support/test-mount.ts";

const LIMIT = { timeout: 60_000 };
/** mount(8), "EXIT STATUS". */
const MOUNT_USAGE = 1;
const MOUNT_FAILED = 32;

/** A mistake of the user's: told by its exit code and one line that names it, without a stack. */
function oneLine({ status, stderr, stdout }: Ran, code: number | "any", names: RegExp): void {
  assert.notEqual(status, null, "it does not end");
  if (code === "any") assert.notEqual(status, 0);
  else assert.equal(status, code, stderr);
  assert.equal(stdout, "");
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  assert.match(stderr, names);
  assert.doesNotMatch(stderr, /\n\s+at |node:internal/);
}

const mountOf = (cluster: Cluster, words: readonly string[]): Promise<Ran> =>
  tryRun([process.execPath, dist("mount.pohmelfs"), ...words], { env: cluster.env, limitMs: 40_000 });

const serverOf = (words: readonly string[]): Promise<Ran> =>
  tryRun([process.execPath, dist("fserver"), ...words], { limitMs: 20_000 });

suite("a server refuses to start", { skip: whyNoMount() ?? false }, () => {
  test("on an export that another fserver holds, whose process it names", LIMIT, async () => {
    await using cluster = await startCluster();
    const [first] = cluster.servers;
    const [port] = await freePorts(1);
    const words = ["-r", first.export, "-a", "127.0.0.1", "-p", String(port)];
    oneLine(await serverOf(words), "any", new RegExp(String(first.pid)));
    writeFileSync(`${cluster.at}/file`, "the first one goes on");
    await cluster.endsEqual();
  });

  test("on an address and port that are taken", LIMIT, async () => {
    await using cluster = await prepareCluster();
    const [{ port }] = cluster.servers;
    const taken = createServer().listen(port, "127.0.0.1");
    await once(taken, "listening");
    oneLine(await serverOf(["--config", cluster.config, "--name", "one"]), "any", new RegExp(String(port)));
    taken.close();
    cluster.passed();
  });

  test("on an export that is missing, or is a file", LIMIT, async () => {
    await using cluster = await prepareCluster();
    const [{ export: path }] = cluster.servers;
    const words = ["--config", cluster.config, "--name", "one"];
    rmSync(path, { recursive: true });
    oneLine(await serverOf(words), "any", new RegExp(path));
    writeFileSync(path, "");
    oneLine(await serverOf(words), "any", new RegExp(path));
    cluster.passed();
  });

  test("on an export of a newer format, which it leaves as it is", LIMIT, async () => {
    await using cluster = await startCluster();
    await cluster.mounts[0].unmount();
    await cluster.servers[0].stop();
    const format = `${cluster.servers[0].export}/.pohmelfs/format`;
    const newer = JSON.stringify({ ...JSON.parse(readFileSync(format, "utf8")), format: 999, version: 999 });
    writeFileSync(format, newer);
    oneLine(await serverOf(["--config", cluster.config, "--name", "one"]), "any", /newer|version|format/);
    assert.equal(readFileSync(format, "utf8"), newer);
    cluster.passed();
  });

  test("for a name that the file does not have", LIMIT, async () => {
    await using cluster = await prepareCluster();
    oneLine(await serverOf(["--config", cluster.config, "--name", "nobody"]), "any", /nobody/);
    cluster.passed();
  });
});

suite("mount.pohmelfs refuses", { skip: whyNoMount() ?? false }, () => {
  test("an unknown group", LIMIT, async () => {
    await using cluster = await startCluster({ mounts: 1 });
    await cluster.mounts[0].unmount();
    oneLine(await mountOf(cluster, ["nothing", cluster.at, "-o", `config=${cluster.config}`]), MOUNT_FAILED, /nothing/);
    oneLine(await mountOf(cluster, ["none", cluster.at, "-o", `idx=9,config=${cluster.config}`]), MOUNT_FAILED, /9/);
    assert.ok(!isMounted(cluster.at));
    cluster.passed();
  });

  test("a directory that is missing, or a file", LIMIT, async () => {
    await using cluster = await prepareCluster();
    const [missing, file] = [`${cluster.directory}/missing`, `${cluster.directory}/file`];
    writeFileSync(file, "");
    for (const at of [missing, file]) {
      oneLine(await mountOf(cluster, [GROUP, at, "-o", `config=${cluster.config}`]), MOUNT_FAILED, new RegExp(at));
    }
    cluster.passed();
  });

  test("a directory where it is mounted already", LIMIT, async () => {
    await using cluster = await startCluster();
    const again = await mountOf(cluster, [GROUP, cluster.at, "-o", `config=${cluster.config}`]);
    oneLine(again, MOUNT_FAILED, /mounted|busy/);
    writeFileSync(`${cluster.at}/file`, "the first one goes on");
    await cluster.endsEqual();
  });

  test("when no server can be reached, within the time that the file gives", LIMIT, async () => {
    await using cluster = await prepareCluster({ timeouts: { connect: "2 s" } });
    const before = performance.now();
    const answer = await mountOf(cluster, [GROUP, cluster.at, "-o", `config=${cluster.config}`]);
    oneLine(answer, MOUNT_FAILED, /127\.0\.0\.1|refused|reach/);
    assert.ok(performance.now() - before < 15_000);
    assert.ok(!isMounted(cluster.at));
    cluster.passed();
  });

  test("an option that it does not know, and a file that is not there", LIMIT, async () => {
    await using cluster = await prepareCluster();
    const words = [GROUP, cluster.at, "-o", `config=${cluster.config},nonsense`];
    oneLine(await mountOf(cluster, words), MOUNT_USAGE, /nonsense/);
    oneLine(await mountOf(cluster, [GROUP, cluster.at, "-o", "config=/nowhere.yaml"]), MOUNT_FAILED, /nowhere/);
    cluster.passed();
  });
});

suite("strangers", { skip: whyNoMount() ?? false }, () => {
  test("an address that the file does not name gets no answer", LIMIT, async () => {
    await using cluster = await startCluster();
    const socket = connect({ port: cluster.servers[0].port, host: "127.0.0.1", localAddress: "127.0.0.2" });
    let received = 0;
    socket.on("data", (some) => {
      received += some.length;
    });
    socket.on("error", () => {});
    await once(socket, "close");
    assert.equal(received, 0);
    writeFileSync(`${cluster.at}/file`, "the mount goes on");
    await cluster.endsEqual();
  });

  test("random bytes end a connection, and nothing else", LIMIT, async () => {
    await using cluster = await startCluster();
    const random = seeded(99);
    for (let time = 0; time < 30; time++) {
      const socket = connect(cluster.servers[time % 2 === 0 ? 0 : 1].port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.end(random.fill(Buffer.alloc(1 + random.below(5_000))));
      await once(socket, "close");
      writeFileSync(`${cluster.at}/file-${time}`, "the mount goes on");
    }
    await cluster.endsEqual();
  });
});

suite("a mount", { skip: whyNoMount() ?? false }, () => {
  test("that is busy is not unmounted, and is when it is no longer", LIMIT, async () => {
    await using cluster = await startCluster();
    mkdirSync(`${cluster.at}/directory`);
    const before = process.cwd();
    process.chdir(`${cluster.at}/directory`);
    const { status, stderr } = await tryRun(["umount", cluster.at]);
    process.chdir(before);
    assert.equal(status, 32);
    assert.match(stderr, /busy/);
    await cluster.endsEqual();
  });

  test("with ro takes no changes", LIMIT, async () => {
    await using cluster = await startCluster({ mounts: 2 });
    const [first] = cluster.mounts;
    writeFileSync(`${first.at}/file`, "text");
    const at = `${cluster.directory}/read-only`;
    mkdirSync(at);
    const mounted = await mountOf(cluster, [GROUP, at, "-o", `ro,config=${cluster.config}`]);
    assert.equal(mounted.status, 0, mounted.stderr);
    try {
      assert.equal(readFileSync(`${at}/file`, "latin1"), "text");
      assert.throws(() => writeFileSync(`${at}/file`, "more"), { code: "EROFS" });
      assert.throws(() => mkdirSync(`${at}/directory`), { code: "EROFS" });
    } finally {
      await tryRun(["umount", at]);
    }
    await cluster.endsEqual();
  });

  test("by the tutorial's words works: none DIR -o idx=1", LIMIT, async () => {
    await using cluster = await startCluster();
    await cluster.mounts[0].unmount();
    const mounted = await mountOf(cluster, ["none", cluster.at, "-o", `idx=1,config=${cluster.config}`]);
    assert.equal(mounted.status, 0, mounted.stderr);
    writeFileSync(`${cluster.at}/FILE`, "");
    // What is written shows on both servers within milliseconds.
    await tryRun(["sync", `${cluster.at}/FILE`]);
    for (const { export: path } of cluster.servers) assert.equal(readFileSync(`${path}/FILE`, "latin1"), "");
    assert.equal((await tryRun(["umount", cluster.at])).status, 0);
    cluster.passed();
  });
});
