import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { ServerRunState } from "../../daemons/core/server-run-state.ts";
import { freePorts } from "../support/free-ports.ts";
import { NotifySocket } from "../support/notify-socket.ts";
import { dist, whyNoMount } from "../support/programs.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary.ts";
import { waitUntil } from "../support/wait-until.ts";

/** A server `one` that leads a group, `two` that is not started, and `eye`, a witness; one of them runs. */
class Service implements AsyncDisposable {
  readonly file: string;
  readonly run: string;
  readonly systemd: NotifySocket;
  readonly pid: number | undefined;
  stderr = "";
  readonly #folder: TemporaryDirectory;
  readonly #port: number;
  readonly #child: ReturnType<typeof spawn>;
  readonly #ended: Promise<unknown[]>;

  constructor(name: "one" | "eye", port: number) {
    this.#folder = temporaryDirectory("notify");
    this.#port = port;
    this.file = this.#at("pohmelfs.yaml");
    this.run = this.#at(`servers/${name}.json`);
    mkdirSync(this.#at("root"));
    this.write("");
    this.systemd = new NotifySocket(this.#at("notify"));
    const words = [dist("fserver"), "--config", this.file, "--name", name];
    this.#child = spawn(process.execPath, words, {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        NOTIFY_SOCKET: this.#at("notify"),
        WATCHDOG_USEC: "600000",
        POHMELFS_RUN: this.#folder.path,
      },
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.pid = this.#child.pid;
    this.#ended = once(this.#child, "exit");
  }

  /** @param more Further sections of the file. */
  write(more: string): void {
    const port = this.#port;
    writeFileSync(
      this.file,
      `version: 1
servers:
  one: { address: 127.0.0.1, port: ${port} }
  two: { address: 127.0.0.3, port: ${port} }
  eye: { address: 127.0.0.2, port: ${port} }
groups:
  g: { index: 1, export: ${this.#at("root")}, members: { one: { priority: 5 }, two: }, witnesses: [eye] }
${more}
`,
    );
  }

  hup(): void {
    this.#child.kill("SIGHUP");
  }

  state(): ServerRunState {
    return JSON.parse(readFileSync(this.run, "utf8")) as ServerRunState;
  }

  /** What it logs comes by another way than what it tells systemd. */
  async logs(line: RegExp): Promise<void> {
    await waitUntil(`it logs ${line}`, () => line.test(this.stderr));
  }

  async end(): Promise<unknown[]> {
    this.#child.kill("SIGTERM");
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.systemd[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }

  #at(name: string): string {
    return join(this.#folder.path, name);
  }
}

async function service(name: "one" | "eye" = "one"): Promise<Service> {
  const [port] = (await freePorts(1)) as [number];
  return new Service(name, port);
}

suite("fserver under systemd", { skip: whyNoMount() ?? false }, () => {
  test("says how it is, beats while it answers, and leaves word of itself while it runs", async () => {
    await using server = await service();
    const { systemd, run, file, pid } = server;
    assert.match(
      await systemd.hears(/^READY=1/),
      /^READY=1\nSTATUS=serving g as lead at 127\.0\.0\.1:\d+; 0 mounts connected$/,
    );
    const { name, groups, config, ...state } = server.state();
    assert.deepEqual([name, state.pid, groups[0]?.name, config], ["one", pid, "g", file]);
    for (let beat = 0; beat < 3; beat += 1) await systemd.hears(/^WATCHDOG=1$/);
    assert.deepEqual(await server.end(), [0, null]);
    await systemd.hears(/^STOPPING=1/);
    assert.ok(!existsSync(run));
  });

  test("takes over a changed file without a restart", async () => {
    await using server = await service();
    await server.systemd.hears(/^READY=1/);
    const before = server.state();
    server.write("log: { level: debug }\nclients: { laptop: { address: 127.0.0.9 } }");
    server.hup();
    assert.match(await server.systemd.hears(/^RELOADING=1/), /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    assert.match(await server.systemd.hears(/^READY=1/), /0 mounts connected$/);
    const after = server.state();
    assert.equal(after.effect.restart, before.effect.restart);
    assert.notEqual(after.effect.reload, before.effect.reload);
    assert.equal(after.since, before.since);
    await server.logs(/notice took over the configuration config=/);
  });

  test("changes nothing by a file with errors, and says so in its status and its log", async () => {
    await using server = await service();
    await server.systemd.hears(/^READY=1/);
    const before = server.state();
    writeFileSync(server.file, "version: 1\nservers: { one: { adress: 127.0.0.1 } }\n");
    server.hup();
    assert.match(await server.systemd.hears(/^READY=1/), /pohmelfs\.yaml has errors, all stays as it was$/);
    assert.deepEqual(server.state(), before);
    await server.logs(/pohmelfs\.yaml:2:19: error: unknown key 'adress'/);
    server.write("");
    server.hup();
    assert.match(await server.systemd.hears(/^READY=1/), /mounts connected$/);
  });

  test("tells what needs a restart, and takes over nothing of that file", async () => {
    await using server = await service();
    await server.systemd.hears(/^READY=1/);
    const before = server.state();
    server.write("defaults: { workers: 3 }\nlog: { level: debug }");
    server.hup();
    assert.match(
      await server.systemd.hears(/^READY=1/),
      /; the number of workers changed: that needs a restart, all stays as it was$/,
    );
    assert.deepEqual(server.state(), before);
  });

  test("is reachable as a witness, and says that it holds nothing and has no vote yet", async () => {
    await using server = await service("eye");
    assert.match(await server.systemd.hears(/^READY=1/), /STATUS=witness of g at 127\.0\.0\.2:\d+$/);
    await server.systemd.hears(/^WATCHDOG=1$/);
    assert.deepEqual(server.state().groups, []);
    await server.logs(/notice witness: holds no data, and does not vote in this version group=g index=1/);
    assert.deepEqual(await server.end(), [0, null]);
  });
});
