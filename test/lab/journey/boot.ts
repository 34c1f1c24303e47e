import assert from "node:assert/strict";
import { waitUntil } from "../../support/wait-until.ts";
import type { Host } from "../host.ts";
import { assertCalm } from "./calm.ts";
import { type Chapter, everywhere, type Journey } from "./journey.ts";
import { sameOnServers } from "./same.ts";
import { settle } from "./settle.ts";

const DOWN_MS = 20_000;

/** After a boot: the mount is there by itself, within the time that systemd gives it. */
const mounted = (client: Host): Promise<void> =>
  waitUntil(
    "the client has mounted",
    async () => (await client.tryRun("test -s /opt/pohtest/numbers && mountpoint -q /opt/pohtest")).status === 0,
    40_000,
  );

const state = (host: Host, unit: string): Promise<string> =>
  host.run(`systemctl show -P ActiveState '${unit}'`).then((text) => text.trim());

async function allWell(journey: Journey): Promise<void> {
  await mounted(journey.client);
  for (const host of journey.lab.hosts) await assertCalm(host);
}

export const boot: Chapter = {
  title: "everything comes up at boot, and obeys systemctl",
  steps: [
    [
      "each host reboots while the others go on, and all is as before",
      async (journey) => {
        await settle(journey);
        for (const host of [journey.servers[1], journey.servers[0], journey.client]) {
          assert.ok((await host.reboot()) < DOWN_MS, `${host.name} took long to go down`);
          await allWell(journey);
        }
        await journey.client.run("echo after >/opt/pohtest/after-reboots");
        await sameOnServers(journey, "/opt/pohtest");
      },
    ],
    [
      "after a power cut of all hosts at once they come up in any order",
      async (journey) => {
        await journey.client.run("sync -f /opt/pohtest");
        await Promise.all(journey.lab.hosts.map((host) => host.kill()));
        await journey.client.start();
        await Promise.all(journey.servers.map((host) => host.start()));
        await mounted(journey.client);
        await everywhere(journey, "systemctl reset-failed");
        await sameOnServers(journey, "/opt/pohtest");
      },
    ],
    [
      "systemctl stops, starts and restarts a server",
      async ({ client, servers: [server] }) => {
        const unit = "pohmelfs-server@host-75.service";
        await server.run(`systemctl stop ${unit}`);
        assert.equal(await state(server, unit), "inactive");
        assert.equal(await client.run("cat /opt/pohtest/after-reboots"), "after\n");
        await server.run(`systemctl start ${unit} && systemctl restart ${unit}`);
        assert.match(await server.run(`systemctl status --no-pager ${unit}`), /active \(running\)[\s\S]*Status: "/);
        await client.run("echo again >/opt/pohtest/after-restart");
      },
    ],
    [
      "systemctl stops, starts and restarts a mount",
      async ({ client }) => {
        const unit = "opt-pohtest.mount";
        await client.run(`systemctl stop ${unit}`);
        assert.equal((await client.tryRun("mountpoint -q /opt/pohtest")).status, 32);
        await client.run(`systemctl start ${unit} && cat /opt/pohtest/numbers >/dev/null`);
        await client.run(`systemctl restart ${unit} && cat /opt/pohtest/numbers >/dev/null`);
        assert.match(await client.run(`systemctl status --no-pager ${unit}`), /active \(mounted\)/);
        assert.match(await client.run(`systemctl status --no-pager 'pohmelfs-mount@*'`), /Status: "/);
      },
    ],
    [
      "pohmelfs.target stops and starts all of a host",
      async (journey) => {
        await everywhere(journey, "systemctl stop pohmelfs.target");
        const stopped = async (host: Host, unit: string): Promise<boolean> => (await state(host, unit)) === "inactive";
        const [one, two] = journey.servers;
        await waitUntil("the server has stopped", () => stopped(one, "pohmelfs-server@host-75.service"));
        await waitUntil("the server has stopped", () => stopped(two, "pohmelfs-server@host-166.service"));
        await waitUntil("the mount has gone", () => stopped(journey.client, "opt-pohtest.mount"));
        await everywhere(journey, "systemctl start pohmelfs.target");
        await mounted(journey.client);
      },
    ],
    [
      "systemctl reload reads what can change without a restart",
      async ({ servers: [server], client }) => {
        await server.run("systemctl reload pohmelfs-server@host-75.service");
        await client.run("systemctl reload 'pohmelfs-mount@*'");
        assert.equal(await state(server, "pohmelfs-server@host-75.service"), "active");
      },
    ],
    [
      "a switched-off host is off soon, with programs at work on the mount",
      async ({ client }) => {
        await client.run("systemd-run --quiet sh -c 'cd /opt/pohtest && while :; do date >>busy; sleep 0.01; done'");
        assert.ok((await client.stop()) < DOWN_MS, "the client took long to switch off");
        await client.start();
        await mounted(client);
        await client.run("rm -f /opt/pohtest/busy");
        await assertCalm(client);
      },
    ],
  ],
};
