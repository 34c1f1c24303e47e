import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { RunState } from "../../daemons/client/run-files.ts";
import { type Cluster, prepareCluster } from "../support/cluster.ts";
import { GROUP } from "../support/cluster-config.ts";
import { NotifySocket } from "../support/notify-socket.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { tryRun } from "../support/run.ts";
import { isMounted } from "../support/test-mount.ts";

type Service = AsyncDisposable & {
  readonly systemd: NotifySocket;
  readonly at: string;
  readonly daemon: ChildProcess;
  /** What it wrote to its standard error so far. */
  said(): string;
  /** Resolves with how it ended. */
  readonly ended: Promise<readonly [number | null, string | null]>;
  /** What it leaves in the run folder. */
  state(): RunState;
};

/** Starts the daemon as a unit would. */
function startService(cluster: Cluster, env: Readonly<Record<string, string>> = {}, ...more: string[]): Service {
  const at = join(cluster.directory, "service");
  const [socket, log] = [join(cluster.directory, "notify"), join(cluster.directory, "service.log")];
  const systemd = new NotifySocket(socket);
  const words = [dist("pohmelfs-mountd"), "--config", cluster.config, "--at", at, "-o", "_netdev", ...more, GROUP];
  const stderr = openSync(log, "a");
  const daemon = spawn(process.execPath, words, {
    stdio: ["ignore", "ignore", stderr],
    env: { ...process.env, ...cluster.env, NOTIFY_SOCKET: socket, ...env },
  });
  const ended = once(daemon, "exit") as Promise<[number | null, string | null]>;
  const folder = join(cluster.env["POHMELFS_RUN"] ?? "", "mounts");
  return {
    systemd,
    at,
    daemon,
    ended,
    said: () => readFileSync(log, "utf8"),
    state: () => {
      const [name] = readdirSync(folder).filter((one) => one.endsWith(".json"));
      return JSON.parse(readFileSync(join(folder, name ?? ""), "utf8")) as RunState;
    },
    async [Symbol.asyncDispose]() {
      systemd[Symbol.dispose]();
      if (daemon.exitCode === null && daemon.signalCode === null) daemon.kill("SIGKILL");
      await ended;
      if (isMounted(at)) await tryRun(["umount", "-l", at]);
    },
  };
}

async function withServers(timeouts: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const cluster = await prepareCluster({ timeouts });
  await Promise.all(cluster.servers.map((server) => server.start()));
  return cluster;
}

suite("pohmelfs-mountd under systemd", { skip: whyNoMount() ?? false }, () => {
  test("makes the directory, mounts, and says READY=1 once the mount answers, and how the members are", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster);
    await service.systemd.hears(/^STATUS=connecting to one, two$/);
    await service.systemd.hears(/^STATUS=2 of 2 members active$/);
    await service.systemd.hears(/^READY=1$/);
    writeFileSync(join(service.at, "file"), "content", { flush: true });
    const { effect, config, since } = service.state();
    assert.match(`${effect.restart} ${effect.reload} ${effect.remount}`, /^([0-9a-f]{16} ?){3}$/);
    assert.equal(config, cluster.config);
    assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000, since);
    await cluster.servers[1].stop("SIGTERM");
    await service.systemd.hears(/^STATUS=1 of 2 members active; changes wait: two is away: /);
    await cluster.servers[1].start();
    await service.systemd.hears(/^STATUS=2 of 2 members active$/);
    cluster.passed();
  });

  test("ends with 0 when somebody unmounts, and leaves nothing", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster);
    await service.systemd.hears(/^READY=1$/);
    assert.equal((await tryRun(["umount", service.at])).status, 0);
    assert.deepEqual(await service.ended, [0, null]);
    assert.deepEqual(readdirSync(join(cluster.env["POHMELFS_RUN"] ?? "", "mounts")), []);
    cluster.passed();
  });

  test("SIGTERM unmounts, also while a file is open: whoever uses it then gets an error", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster);
    await service.systemd.hears(/^READY=1$/);
    writeFileSync(join(service.at, "file"), "content");
    const user = spawn("sleep", ["60"], { stdio: [openSync(join(service.at, "file"), "r"), "ignore", "ignore"] });
    service.daemon.kill("SIGTERM");
    await service.systemd.hears(/^STOPPING=1$/);
    assert.deepEqual(await service.ended, [0, null]);
    assert.equal(isMounted(service.at), false);
    assert.match(service.said(), /is still in use; whoever uses it in 5 s gets errors/);
    user.kill("SIGKILL");
    cluster.passed();
  });

  test("without any server it fails with 1, and leaves the reason for who waits for the mount", async () => {
    await using cluster = await prepareCluster({ timeouts: { connect: "1 s" } });
    await using service = startService(cluster);
    await service.systemd.hears(/^STATUS=no server of group test can be reached \(one: connection refused/);
    assert.deepEqual(await service.ended, [1, null]);
    const folder = join(cluster.env["POHMELFS_RUN"] ?? "", "mounts");
    const [left = ""] = readdirSync(folder);
    assert.match(left, /^[0-9a-f]{16}\.failed$/);
    assert.match(readFileSync(join(folder, left), "utf8"), /^no server of group test can be reached .*\n$/);
    cluster.passed();
  });

  test("a wrong file and a group that is not there are told with their places, and are not worth another try", async () => {
    await using cluster = await prepareCluster();
    const good = readFileSync(cluster.config, "utf8");
    writeFileSync(cluster.config, `${good}\nnonsense: true\n`);
    {
      await using service = startService(cluster);
      assert.deepEqual(await service.ended, [3, null]);
      assert.match(service.said(), /pohmelfs\.yaml:\d+:\d+: error: unknown key 'nonsense'/);
    }
    writeFileSync(cluster.config, good.replaceAll("test:", "other:"));
    await using service = startService({ ...cluster, directory: join(cluster.directory, "run") } as Cluster);
    assert.deepEqual(await service.ended, [4, null]);
    cluster.passed();
  });

  test("beats its watchdog while it answers, also when no server does", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster, { WATCHDOG_USEC: "900000" });
    await service.systemd.hears(/^READY=1$/);
    for (let beat = 0; beat < 3; beat += 1) await service.systemd.hears(/^WATCHDOG=1$/, 2_000);
    await Promise.all(cluster.servers.map((server) => server.stop("SIGKILL")));
    await service.systemd.hears(/^STATUS=0 of 2 members active/);
    for (let beat = 0; beat < 3; beat += 1) await service.systemd.hears(/^WATCHDOG=1$/, 2_000);
    cluster.passed();
  });

  test("SIGHUP takes over priorities, permissions and the log's level; the mount and its files stay", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster);
    await service.systemd.hears(/^READY=1$/);
    const before = service.state();
    const file = openSync(join(service.at, "file"), "w");
    const text = readFileSync(cluster.config, "utf8");
    assert.match(text, /level: debug/);
    writeFileSync(cluster.config, text.replace("level: debug", "level: notice"));
    service.daemon.kill("SIGHUP");
    await service.systemd.hears(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    await service.systemd.hears(/^READY=1$/);
    const after = service.state();
    assert.equal(after.effect.restart, before.effect.restart);
    assert.notEqual(after.effect.reload, before.effect.reload);
    assert.equal(after.since, before.since);
    // The second member leaves those that are written: a new session, and nothing of this is seen.
    writeFileSync(
      cluster.config,
      readFileSync(cluster.config, "utf8").replace(/read-write(?![\s\S]*read-write)/, "read-only"),
    );
    writeFileSync(file, "first");
    service.daemon.kill("SIGHUP");
    await service.systemd.hears(/^RELOADING=1/);
    await service.systemd.hears(/^READY=1$/);
    writeFileSync(file, "second");
    assert.equal(readFileSync(join(service.at, "file"), "utf8"), "firstsecond");
    cluster.passed();
  });

  test("SIGHUP with a wrong file changes nothing and says so; so does what needs a restart", async () => {
    await using cluster = await withServers();
    await using service = startService(cluster);
    await service.systemd.hears(/^READY=1$/);
    const before = service.state();
    const text = readFileSync(cluster.config, "utf8");
    writeFileSync(cluster.config, `${text}\nnonsense: true\n`);
    service.daemon.kill("SIGHUP");
    await service.systemd.hears(/^STATUS=2 of 2 members active; .*pohmelfs\.yaml has errors, all stays as it was$/);
    await service.systemd.hears(/^READY=1$/);
    assert.match(service.said(), /pohmelfs\.yaml:\d+:\d+: error: unknown key 'nonsense'/);
    writeFileSync(cluster.config, text.replace(/port: \d+/, "port: 7"));
    service.daemon.kill("SIGHUP");
    await service.systemd.hears(/^STATUS=2 of 2 members active; servers, the lead .* restart it to take that over$/);
    await service.systemd.hears(/^READY=1$/);
    assert.deepEqual(service.state().effect, before.effect);
    assert.ok(existsSync(service.at));
    cluster.passed();
  });

  test("says what is wrong with its command line", async () => {
    for (const [words, expected] of [
      [["--at", "/mnt"], /^pohmelfs-mountd: which group\?/],
      [[GROUP], /^pohmelfs-mountd: where to mount\?/],
      [["--at", "mnt", GROUP], /takes an absolute path/],
      [["--nonsense"], /--nonsense/],
    ] as const) {
      const ran = await tryRun([process.execPath, dist("pohmelfs-mountd"), ...words]);
      assert.equal(ran.status, 2);
      assert.match(ran.stderr, expected);
    }
    const helped = await tryRun([process.execPath, dist("pohmelfs-mountd"), "--help"]);
    assert.match(helped.stdout, /^Usage: pohmelfs-mountd --config FILE --at DIR/);
  });
});
