import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { tryRun } from "../support/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { cgroupRoot } from "./cgroup.ts";
import { Lab } from "./lab.ts";
import { DISKS, whyNoLab } from "./why-no-lab.ts";

const skip = whyNoLab() ?? false;
const HOSTS = { "host-1": "192.0.2.1", "host-2": "192.0.2.2" };
const options = { hosts: HOSTS, fileSystems: ["/opt"] };

/** All that a lab could leave on this machine: its disks, namespaces, control groups, processes, mounts. */
function traces(id: string): string[] {
  const begins = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith(id));
  const has = (path: string): string[] => (readIfThere(path).includes(id) ? [path] : []);
  return [
    ...[DISKS, "/run/netns", cgroupRoot() ?? "/nowhere"].filter((folder) => existsSync(folder)).flatMap(begins),
    ...readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
      .flatMap((pid) => has(`/proc/${pid}/cmdline`)),
    ...has("/proc/self/mountinfo"),
  ];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // a process that has ended meanwhile
  }
}

suite("two hosts", { skip }, () => {
  let lab: Lab;
  const links = readdirSync("/sys/class/net");

  before(async () => {
    lab = await Lab.open(options);
    assert.deepEqual(readdirSync("/sys/class/net"), links);
  });
  after(() => lab.close());

  test("each is a machine of its own, with systemd as PID 1 and no Node", async () => {
    for (const host of lab.hosts) {
      assert.equal(await host.run("hostname; cat /proc/1/comm; pwd"), `${host.name}\nsystemd\n/root\n`);
      assert.equal((await host.tryRun("node --version")).status, 127);
      assert.equal(await host.run("systemctl --failed --no-legend --plain"), "");
      assert.equal((await host.run("systemctl is-system-running --wait")).trim(), "running");
    }
  });

  test("a line of bash gets input and gives output, status and no more time than its limit", async () => {
    const host = lab.host("host-1");
    const ran = await host.tryRun("cat; echo no >&2; exit 7", { input: "yes" });
    assert.deepEqual(ran, { status: 7, stdout: "yes", stderr: "no\n" });
    const since = performance.now();
    assert.equal((await host.tryRun("sleep 60", { limitMs: 300 })).status, null);
    assert.ok(performance.now() - since < 5_000);
    await waitUntil("the program has gone", async () => (await host.tryRun("pgrep -x sleep")).status === 1);
    await assert.rejects(host.run("echo why >&2; false"), /\[root@host-1 ~\]# echo why >&2; false\nended with 1\nwhy/);
  });

  test("files and directories are pushed", async () => {
    const host = lab.host("host-1");
    await host.push(import.meta.dirname, "/root/some/where");
    assert.equal(await host.read("/root/some/where/lab.ts"), readFileSync(join(import.meta.dirname, "lab.ts"), "utf8"));
    await host.push("/etc/os-release", "/root/release");
    assert.match(await host.read("/root/release"), /^ID=debian$/m);
  });

  test("they reach each other by name, unless they are cut off", async () => {
    const ping = async (from: string, to: string): Promise<boolean> =>
      (await lab.host(from).tryRun(`ping -c 1 -W 1 ${to}`)).status === 0;
    assert.ok(await ping("host-1", "host-2"));
    await lab.cut("host-1", "host-2");
    assert.ok(!(await ping("host-2", "host-1")));
    await lab.heal("host-1", "host-2");
    await waitUntil("they hear each other again", () => ping("host-1", "host-2"));
    await lab.cut("host-1");
    assert.ok(!(await ping("host-2", "host-1")));
    await lab.heal("host-1");
    await waitUntil("they hear each other again", () => ping("host-1", "host-2"));
  });

  test("a file system of its own bears what exports need", async () => {
    const host = lab.host("host-1");
    assert.notEqual((await host.run("stat -f -c %T /opt")).trim(), "overlayfs");
    assert.equal((await host.run("stat -f -c %T /")).trim(), "overlayfs");
  });

  test("a reboot keeps the disk and forgets the rest", async () => {
    const host = lab.host("host-1");
    await host.run("echo a >/root/kept; echo b >/opt/kept; echo c >/run/forgotten");
    const boot = await host.run("cat /proc/sys/kernel/random/boot_id; journalctl --list-boots | wc -l");
    await host.reboot();
    assert.equal(await host.run("cat /root/kept /opt/kept; ls /run/forgotten 2>&1 | wc -l"), "a\nb\n1\n");
    assert.notEqual(await host.run("journalctl --list-boots | wc -l"), boot);
  });

  test("a power cut ends all processes at once, and a start brings them back", async () => {
    const host = lab.host("host-2");
    await host.run("echo a >/root/kept; systemd-run --quiet sleep 1000");
    await host.kill();
    assert.ok(!host.isOn);
    await assert.rejects(host.run("true"), /host-2 is off/);
    await host.start();
    assert.equal(await host.run("cat /root/kept; pgrep -c -x sleep || true"), "a\n0\n");
  });

  test("a host that is switched off is off, without hurry and without hanging", async () => {
    const host = lab.host("host-2");
    assert.ok((await host.stop()) < 20_000);
    assert.ok(!host.isOn);
    await host.start();
  });

  test("another lab beside it has the same names and addresses", async () => {
    await using other = await Lab.open({ ...options, hosts: { "host-1": "192.0.2.1" } });
    await other.host("host-1").run("touch /root/other");
    assert.equal((await lab.host("host-1").tryRun("ls /root/other")).status, 2);
    assert.equal((await other.host("host-1").tryRun("ping -c 1 -W 1 192.0.2.2")).status, 1);
  });
});

test("nothing is left of a lab that was closed", { skip }, async () => {
  const lab = await Lab.open(options);
  assert.ok(traces(lab.id).length > 5);
  await lab.close();
  assert.deepEqual(traces(lab.id), []);
});

test("nothing is left of a lab whose process was killed", { skip }, async () => {
  const script = `import { Lab } from ${JSON.stringify(`${import.meta.dirname}/lab.ts`)};
    import { writeSync } from "node:fs";
    writeSync(1, (await Lab.open(${JSON.stringify(options)})).id);
    process.kill(process.pid, "SIGKILL");`;
  const { stdout: id, status } = await tryRun([process.execPath, "--import=tsx", "--input-type=module", "-e", script]);
  assert.equal(status, null);
  assert.match(id, /^pohmelfs-lab-\w+$/);
  await waitUntil("nothing is left", () => traces(id).length === 0, 30_000);
});
