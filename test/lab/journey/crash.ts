import assert from "node:assert/strict";
import { waitUntil } from "../../support/wait-until.ts";
import { assertCalm } from "./calm.ts";
import { type Chapter, everywhere } from "./journey.ts";
import { sameOnServers } from "./same.ts";
import { settle } from "./settle.ts";
import { endWork, startWork } from "./work.ts";

const SERVICE = "pohmelfs-mount@opt-pohtest.service";

export const crash: Chapter = {
  title: "a mount outlives its daemon",
  steps: [
    [
      "programs that read and write do not notice that the daemon was killed and started again",
      async (journey) => {
        await settle(journey);
        const { client } = journey;
        await startWork(client);
        for (let times = 0; times < 3; times++) {
          const pid = (await client.run(`systemctl show -P MainPID ${SERVICE}`)).trim();
          await client.run(`kill -9 ${pid}`);
          await waitUntil(
            "a new daemon runs",
            async () => {
              const now = (await client.run(`systemctl show -P MainPID -P SubState ${SERVICE}`)).split("\n");
              return now[0] !== pid && now[0] !== "0" && now[1] === "running";
            },
            20_000,
          );
          await client.run("cat /opt/pohtest/numbers >/dev/null");
        }
        await endWork(client);
        await sameOnServers(journey, "/opt/pohtest");
      },
    ],
    [
      "a killed server is started again by systemd, and writes go on",
      async ({ client, servers: [server] }) => {
        await server.run("kill -9 $(systemctl show -P MainPID pohmelfs-server@host-75.service)");
        await client.run("echo after >/opt/pohtest/after-kill && pohmelfs sync", { limitMs: 40_000 });
        assert.equal(await server.run("cat /opt/pohtest/after-kill"), "after\n");
      },
    ],
    [
      "a program that writes while a server reboots waits, and goes on",
      async (journey) => {
        const { client, servers } = journey;
        await startWork(client);
        await servers[1].reboot();
        await endWork(client);
        await sameOnServers(journey, "/opt/pohtest");
      },
    ],
    [
      "the package is installed anew while all runs, and the mount goes on",
      async (journey) => {
        const now = (await journey.client.run("date +@%s")).trim();
        await everywhere(
          journey,
          "exec 2>&1; cd /root && DEBIAN_FRONTEND=noninteractive apt-get -q -y reinstall ./pohmelfs_*.deb",
        );
        await journey.client.run(
          "test -s /opt/pohtest/numbers && echo on >/opt/pohtest/after-upgrade && pohmelfs sync",
          {
            limitMs: 40_000,
          },
        );
        await sameOnServers(journey, "/opt/pohtest");
        for (const host of journey.lab.hosts) await assertCalm(host, now);
      },
    ],
  ],
};
