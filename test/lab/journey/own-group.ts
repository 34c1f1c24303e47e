import assert from "node:assert/strict";
import { waitUntil } from "../../support/wait-until.ts";
import type { Host } from "../host.ts";
import type { Chapter } from "./journey.ts";
import { settle, TUTORIAL } from "./settle.ts";

/** host-75 serves the group and mounts it. */
const OWN_GROUP = `${TUTORIAL}  - { group: pohtest, at: /srv/pohtest, on: [host-75] }\n`;
const BOOT_MS = 60_000;
const DOWN_MS = 20_000;
/** Nothing can be saved any more, and it takes a while to believe that. */
const DEAD_DOWN_MS = 55_000;

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await act();
  return performance.now() - since;
};

const mounted = (host: Host, file: string): Promise<void> =>
  waitUntil(`${host.name} has mounted`, async () => (await host.tryRun(`cat ${file}`)).status === 0, 60_000);

/** Fails unless systemd did the one before the other, in the boot before this one. */
async function assertBefore(host: Host, first: string, second: string): Promise<void> {
  const said = (await host.run("journalctl -q -b -1 --no-pager -o cat _PID=1")).split("\n");
  const [one, two] = [first, second].map((start) => said.findLastIndex((line) => line.startsWith(start)));
  assert.ok(one !== undefined && two !== undefined && one >= 0 && one < two, `'${first}' comes before '${second}'`);
}

export const ownGroup: Chapter = {
  title: "a host mounts what it serves, and servers may be dead",
  steps: [
    [
      "a server mounts its own group",
      async (journey) => {
        await settle(journey, OWN_GROUP);
        const [server] = journey.servers;
        await server.run("echo own >/srv/pohtest/own && pohmelfs sync /srv/pohtest && cat /opt/pohtest/own");
        assert.equal(await journey.servers[1].run("cat /opt/pohtest/own"), "own\n");
      },
    ],
    [
      "it reboots and switches off without hanging: the mount comes after its server, and goes before it",
      async ({ servers: [server] }) => {
        await server.run("systemd-run --quiet sh -c 'cd /srv/pohtest && while :; do date >>busy; sleep 0.01; done'");
        assert.ok((await server.reboot()) < DOWN_MS, "the reboot took long");
        await mounted(server, "/srv/pohtest/own");
        assert.ok((await server.stop()) < DOWN_MS, "switching off took long");
        await server.start();
        await mounted(server, "/srv/pohtest/own");
        await server.run("rm -f /srv/pohtest/busy && pohmelfs sync");
        await assertBefore(
          server,
          "Started pohmelfs-server@host-75.service",
          "Started pohmelfs-mount@srv-pohtest.service",
        );
        await assertBefore(server, "Unmounted srv-pohtest.mount", "Stopped pohmelfs-server@host-75.service");
      },
    ],
    [
      "a dead server does not keep a client from booting and mounting",
      async ({ client, servers: [, dead] }) => {
        await dead.kill();
        assert.ok((await timed(() => client.reboot())) < BOOT_MS);
        await mounted(client, "/opt/pohtest/own");
        await dead.start();
      },
    ],
    [
      "a client with work in hand is off in time, although its servers are dead",
      async ({ client, servers }) => {
        await client.run("systemd-run --quiet sh -c 'cd /opt/pohtest && while :; do date >>busy; sleep 0.01; done'");
        await Promise.all(servers.map((server) => server.kill()));
        assert.ok((await client.stop()) < DEAD_DOWN_MS, "switching off took long");
        await Promise.all(servers.map((server) => server.start()));
        await client.start();
        await mounted(client, "/opt/pohtest/own");
      },
    ],
    [
      "without any server a client boots, says what it misses, and mounts when one is back",
      async ({ client, servers }) => {
        await Promise.all(servers.map((server) => server.kill()));
        assert.ok((await timed(() => client.reboot())) < BOOT_MS);
        assert.equal((await client.tryRun("mountpoint -q /opt/pohtest")).status, 32);
        await Promise.all(servers.map((server) => server.start()));
        await mounted(client, "/opt/pohtest/own");
      },
    ],
  ],
};
