import assert from "node:assert/strict";
import { type Chapter, everywhere, refusal } from "./journey.ts";
import { put, settle, TUTORIAL } from "./settle.ts";

const NO_MOUNT = TUTORIAL.replace(/mounts:\n.*\n/, "");
const ONE_SERVER = TUTORIAL.replace("  host-166: { address: 192.0.2.166 }\n", "").replace("      host-166: {}\n", "");

const units = "systemctl list-units --all --no-legend --plain 'pohmelfs-*.service' opt-pohtest.mount";

export const takeAway: Chapter = {
  title: "what the file no longer says goes, and the data stay",
  steps: [
    [
      "a mount that is gone from the file is unmounted",
      async (journey) => {
        await settle(journey);
        await settle(journey, NO_MOUNT);
        const { client } = journey;
        assert.equal((await client.tryRun("mountpoint -q /opt/pohtest")).status, 32);
        assert.equal(await client.run(`${units} | grep -v last-good || true`), "");
        await settle(journey);
        await client.run("test -s /opt/pohtest/numbers");
      },
    ],
    [
      "a server that is gone from the file is stopped, its files stay, and the mount goes on without it",
      async (journey) => {
        await settle(journey, ONE_SERVER);
        const [, server] = journey.servers;
        assert.equal(await server.run(`${units} | grep -v last-good || true`), "");
        await server.run("test -s /opt/pohtest/numbers");
        await journey.client.run("test -s /opt/pohtest/numbers");
        await settle(journey);
      },
    ],
    [
      "without a file everything stops, and nothing is lost",
      async (journey) => {
        await everywhere(journey, "rm /etc/pohmelfs.yaml");
        const { code, text } = await refusal(journey.client, "pohmelfs apply");
        assert.equal(code, 1, "a file that is missing by mistake stops nothing");
        assert.match(text, /apply --yes/);
        await everywhere(journey, "pohmelfs apply --yes");
        for (const listed of await everywhere(journey, `${units} || true`)) assert.equal(listed, "");
        for (const host of journey.servers) await host.run("test -s /opt/pohtest/numbers");
        assert.equal((await journey.client.tryRun("mountpoint -q /opt/pohtest")).status, 32);
        await Promise.all(journey.lab.hosts.map((host) => put(host, TUTORIAL)));
        await everywhere(journey, "pohmelfs apply");
        await journey.client.run("test -s /opt/pohtest/numbers");
      },
    ],
  ],
};
