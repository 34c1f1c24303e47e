import assert from "node:assert/strict";
import { waitUntil } from "../../support/wait-until.ts";
import { assertCalm } from "./calm.ts";
import { type Chapter, everywhere, type Journey } from "./journey.ts";
import { put, settle, TUTORIAL } from "./settle.ts";
import { sameOnServers } from "./same.ts";

const pids = (journey: Journey): Promise<string[]> =>
  everywhere(journey, "systemctl show -P MainPID 'pohmelfs-server@*' 'pohmelfs-mount@*' | sort");

const QUIETER = TUTORIAL.replace("priority: 10", "priority: 20");

export const apply: Chapter = {
  title: "the declaration is applied",
  steps: [
    [
      "apply starts what this host has to do, waits until it answers, and says so",
      async (journey) => {
        const [one, two] = await Promise.all(journey.servers.map((host) => host.run("pohmelfs apply")));
        assert.match(one ?? "", /pohmelfs-server@host-75\.service/);
        assert.match(two ?? "", /pohmelfs-server@host-166\.service/);
        const mounted = await journey.client.run("pohmelfs apply");
        assert.match(mounted, /opt-pohtest\.mount/);
        assert.match(await journey.client.run("findmnt -n -o FSTYPE /opt/pohtest"), /pohmelfs/);
        for (const host of journey.lab.hosts) await assertCalm(host);
      },
    ],
    [
      "what is written on the mount lies on both servers as plain files",
      async (journey) => {
        await journey.client.run(
          `cd /opt/pohtest && cp -a /etc/systemd . && touch -d 2001-02-03 FILE && ln -s FILE link && ln FILE hard
           mkfifo fifo && mkdir -m 1777 shared && echo "$(seq 100000)" >numbers && chown 1000:1000 numbers`,
        );
        await sameOnServers(journey, "/opt/pohtest");
      },
    ],
    [
      "a second apply finds nothing to do, and disturbs nobody",
      async (journey) => {
        const before = await pids(journey);
        await everywhere(journey, "pohmelfs apply");
        assert.deepEqual(await pids(journey), before);
      },
    ],
    [
      "a priority changes without a restart",
      async (journey) => {
        const before = await pids(journey);
        await settle(journey, QUIETER);
        assert.deepEqual(await pids(journey), before);
        assert.match(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.75.*\b20\b/);
      },
    ],
    [
      "each apply that changed something is a generation, and rollback goes back to the one before",
      async (journey) => {
        const generations = JSON.parse(await journey.client.run("pohmelfs generations --json")) as unknown;
        assert.ok(JSON.stringify(generations).length > 2);
        assert.equal(await journey.client.read("/etc/pohmelfs.yaml"), QUIETER);
        await everywhere(journey, "pohmelfs rollback");
        assert.notEqual(await journey.client.read("/etc/pohmelfs.yaml"), QUIETER);
        assert.match(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.75.*\b10\b/);
      },
    ],
    [
      "apply --try goes back by itself when nobody confirms",
      async ({ client }) => {
        const was = await client.read("/etc/pohmelfs.yaml");
        await put(client, QUIETER);
        await client.tryRun("pohmelfs apply --try 2s");
        await waitUntil("the file is as it was", async () => (await client.read("/etc/pohmelfs.yaml")) === was);
        const isOver = async (): Promise<boolean> =>
          (await client.tryRun("systemctl is-active pohmelfs-try.service")).status !== 0;
        await waitUntil("all is as it was", isOver);
        assert.match(await client.run("cfg -A show -i 1"), /192\.0\.2\.75.*\b10\b/);
        assert.match(await client.run("tail -n 1 /opt/pohtest/numbers"), /^100000$/m);
      },
    ],
    [
      "apply --try stays when somebody confirms, from another login too",
      async ({ client }) => {
        await put(client, QUIETER);
        await client.run("pohmelfs apply --try 30s");
        await client.run("pohmelfs confirm");
        assert.equal((await client.tryRun("pohmelfs confirm")).status, 4, "there is nothing to confirm any more");
        assert.equal(await client.read("/etc/pohmelfs.yaml"), QUIETER);
      },
    ],
    [
      "servers and mounts run in a sandbox",
      async ({ client, servers: [server] }) => {
        // systemd-analyze(1) counts in tenths here.
        await server.run("systemd-analyze security --no-pager --threshold=27 pohmelfs-server@host-75.service");
        await client.run("systemd-analyze security --no-pager --threshold=44 pohmelfs-mount@opt-pohtest.service");
      },
    ],
  ],
};
