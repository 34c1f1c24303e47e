import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { after, suite, test } from "node:test";
import { dist } from "../support/programs.ts";
import { type Ran, tryRun } from "../support/run.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("plan");
after(() => directory[Symbol.dispose]());
const root = directory.path;
const HERE = hostname();
const SYSTEMD = existsSync("/run/systemd/system");

let places = 0;

/** A machine's own places: its configuration, its generations, what runs. */
function machine(config: string | undefined) {
  places += 1;
  const folder = join(root, String(places));
  const file = join(folder, "etc/pohmelfs.yaml");
  mkdirSync(dirname(file), { recursive: true });
  const write = (text: string): void => writeFileSync(file, text);
  if (config !== undefined) write(config);
  const env = {
    POHMELFS_CONFIG: file,
    POHMELFS_STATE: join(folder, "state"),
    POHMELFS_RUN: join(folder, "run"),
  };
  const call = (...words: readonly string[]): Promise<Ran> =>
    tryRun([process.execPath, dist("pohmelfs"), ...words], { env });
  /** As an apply on a machine with systemd leaves it. */
  const keep = (number: number, text: string, outcome = "applied"): void => {
    const generation = join(folder, "state/generations", String(number));
    mkdirSync(generation, { recursive: true });
    writeFileSync(join(generation, "pohmelfs.yaml"), text);
    const record = {
      version: 1,
      number,
      time: "2026-11-24T12:00:00.000Z",
      outcome,
      because: "apply",
      changes: [],
      failures: [],
    };
    writeFileSync(join(generation, "outcome.json"), JSON.stringify(record));
  };
  return { folder, file, write, call, keep };
}

const FILE = `version: 1
servers:
  one: { address: 192.0.2.1 }
  two: { address: 192.0.2.2 }
groups:
  g: { index: 1, export: /srv/g, members: { one: , two: } }
clients:
  desk: { address: 192.0.2.9 }
mounts:
  - { group: g, at: /mnt/g, on: [desk] }
`;

suite("pohmelfs plan", () => {
  test("of a host that has nothing yet: all of its units, servers before mounts, and why", async () => {
    const { call } = machine(FILE);
    const { status, stdout } = await call("plan", "--host", "desk");
    assert.equal(status, 0);
    assert.match(stdout, / {2}\+ mnt-g\.mount \(added\)\n/);
    assert.match(stdout, / {2}1\. tell systemd of its units: .*\n {2}2\. start mnt-g\.mount: it is not running\n/);
    assert.doesNotMatch(stdout, /\u001b/);
  });

  test("of all hosts, one after the other", async () => {
    const { call } = machine(FILE);
    const { stdout } = await call("plan", "--all", "--json");
    const { plans } = JSON.parse(stdout) as { plans: { host: string; actions: { unit: string }[] }[] };
    assert.deepEqual(
      plans.map(({ host, actions }) => [host, actions[1]?.unit]),
      [
        ["one", "pohmelfs-server@one.service"],
        ["two", "pohmelfs-server@two.service"],
        ["desk", "mnt-g.mount"],
      ],
    );
  });

  test("compared with what was applied last: a priority is a reload, a port a restart, another place a new mount", async () => {
    const { call, keep, write, folder } = machine(FILE);
    keep(1, FILE);
    symlinkSync("1", join(folder, "state/generations/current"));
    assert.match((await call("plan", "--host", "two")).stdout, /: nothing to do/);
    const steps = async (host: string, text: string): Promise<string[]> => {
      write(text);
      const { actions } = JSON.parse((await call("plan", "--host", host, "--json")).stdout) as {
        actions: { kind: string; unit: string }[];
      };
      return actions.map(({ kind, unit }) => `${kind} ${unit}`.trim());
    };
    assert.deepEqual(await steps("two", FILE.replace("one: ,", "one: { priority: 3 },")), [
      "reload pohmelfs-server@two.service",
    ]);
    assert.deepEqual(await steps("one", FILE.replace("192.0.2.1 }", "192.0.2.1, port: 1026 }")), [
      "daemon-reload",
      "restart pohmelfs-server@one.service",
    ]);
    assert.deepEqual(await steps("desk", FILE.replace("/mnt/g", "/mnt/other")), [
      "stop mnt-g.mount",
      "stop pohmelfs-mount@mnt-g.service",
      "daemon-reload",
      "start mnt-other.mount",
    ]);
    assert.match((await call("diff")).stdout, /\n-.*\/mnt\/g, .*\n\+.*\/mnt\/other, /);
    assert.match((await call("generations")).stdout, /\n +\*1 {2}2026-11-24T12:00:00Z {2}applied/);
  });

  test("a file with errors: they are shown with their places, and the exit code is 3", async () => {
    const { call } = machine(FILE.replace("address", "adress"));
    const { status, stdout, stderr } = await call("plan");
    assert.deepEqual([status, stdout], [3, ""]);
    assert.match(stderr, /pohmelfs\.yaml:3:10: error: unknown key 'adress'/);
    const json = JSON.parse((await call("plan", "--json")).stdout) as { ok: boolean };
    assert.equal(json.ok, false);
  });

  test("an option that no unit can have is an error too", async () => {
    const { call } = machine(FILE.replace("on: [desk]", "on: [desk], options: [x-systemd.nonsense]"));
    const { status, stderr } = await call("plan", "--host", "desk");
    assert.equal(status, 3);
    assert.match(stderr, /'x-systemd\.nonsense' has no meaning/);
  });

  test("without a file the host is to have nothing; another file that is not there is a slip", async () => {
    const { call, file, folder } = machine(undefined);
    assert.match((await call("plan")).stdout, new RegExp(`^There is no ${file}: `));
    const { status, stderr } = await call("plan", "--config", join(folder, "none.yaml"));
    assert.equal(status, 3);
    assert.match(stderr, /none\.yaml: error: cannot be read/);
  });

  test("a host that the file does not name is told the names that it has", async () => {
    const { call } = machine(FILE);
    const { status, stdout } = await call("plan", "--host", "three");
    assert.equal(status, 0);
    assert.match(stdout, /It does not name this host\. It names one, two, desk\./);
  });
});

suite("what a plan warns of", () => {
  type Json = { readonly warnings: readonly { readonly code: string; readonly message: string }[] };
  const fileHere = (part: { address?: string; port?: number; at: string; export: string }): string => `version: 1
servers:
  one: { host: ${HERE}, address: ${part.address ?? "127.0.0.1"}, port: ${part.port ?? 9} }
  two: { host: other, address: 127.0.0.1, port: 10 }
groups:
  g: { index: 1, export: ${part.export}, members: { one: , two: } }
mounts:
  - { group: g, at: ${part.at}, on: [${HERE}] }
`;

  const warned = async (part: Parameters<typeof fileHere>[0]): Promise<Map<string, string>> => {
    const { stdout } = await machine(fileHere(part)).call("plan", "--json");
    return new Map((JSON.parse(stdout) as Json).warnings.map(({ code, message }) => [code, message]));
  };

  test("directories that are not there are made by an apply; two members have no witness", async () => {
    const found = await warned({ at: join(root, "none/at"), export: join(root, "none/export") });
    assert.ok(found.has("export-missing") && found.has("mount-point-missing") && found.has("no-witness"));
    assert.ok(!existsSync(join(root, "none")));
  });

  test("an export with files that no server made, and a mount point that hides files", async () => {
    for (const folder of ["full/export", "full/at"]) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "file"), "content");
    }
    const found = await warned({ at: join(root, "full/at"), export: join(root, "full/export") });
    assert.match(found.get("export-not-empty") ?? "", /has one file or folder/);
    assert.match(found.get("mount-point-not-empty") ?? "", /holds one file or folder/);
    mkdirSync(join(root, "full/export/.pohmelfs"));
    assert.ok(
      !(await warned({ at: join(root, "full/at"), export: join(root, "full/export") })).has("export-not-empty"),
    );
  });

  test("an address that this host does not have, and a port that another program has", async () => {
    const places = { at: join(root, "at"), export: join(root, "export") };
    assert.match((await warned({ ...places, address: "192.0.2.1" })).get("address-not-here") ?? "", /192\.0\.2\.1/);
    const server = createServer();
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const { port } = server.address() as AddressInfo;
    const taken = await warned({ ...places, port });
    server.close();
    assert.match(taken.get("port-taken") ?? "", new RegExp(`^port ${port} of server 'one' is taken`));
  });
});

suite("pohmelfs apply and its like, where there is no systemd", {
  skip: SYSTEMD && "this machine runs systemd",
}, () => {
  test("apply says what it needs, and changes nothing", async () => {
    const { call, folder } = machine(FILE);
    const { status, stderr } = await call("apply");
    assert.equal(status, 1);
    assert.match(stderr, /^pohmelfs: apply needs systemd/);
    assert.ok(!existsSync(join(folder, "state")));
    assert.match((await call("apply", "--dry-run")).stdout, /It does not name this host|What is done/);
  });

  test("rollback says so too; there is nothing to confirm, and there are no generations", async () => {
    const { call } = machine(FILE);
    assert.match((await call("rollback")).stderr, /needs systemd/);
    assert.equal((await call("confirm")).status, 4);
    assert.match((await call("generations")).stdout, /^No generations/);
    assert.equal((await call("diff")).status, 4);
  });

  test("times that cannot be read are wrong calls", async () => {
    const { call } = machine(FILE);
    for (const words of [
      ["apply", "--try", "soon"],
      ["wait", "--timeout", "-1"],
      ["rollback", "first"],
    ])
      assert.equal((await call(...words)).status, 2);
  });
});

suite("pohmelfs wait", () => {
  test("gives up when a server does not answer in time", async () => {
    const text = FILE.replace("192.0.2.1 }", `127.0.0.1, port: 9, host: ${HERE} }`).replace("192.0.2.2", "127.0.0.1");
    const { status, stdout } = await machine(text).call("wait", "--timeout", "1s");
    assert.ok(status === 7 || status === 1, `${status}`);
    assert.match(stdout, /one/);
  });

  test("has nothing to wait for on a host with nothing", async () => {
    assert.deepEqual(await machine(FILE).call("wait"), { status: 0, stdout: "", stderr: "" });
  });
});
