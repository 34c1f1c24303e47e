import assert from "node:assert/strict";
import { assertCalm } from "./calm.ts";
import { type Chapter, everywhere, refusal } from "./journey.ts";
import { put, settle, TUTORIAL } from "./settle.ts";

const BROKEN = TUTORIAL.replace("index: 1", "index: one");
const line = TUTORIAL.split("\n").findIndex((text) => text.includes("index: 1")) + 1;
const WHERE = new RegExp(`/etc/pohmelfs\\.yaml:${line}:\\d+`);

export const brokenFile: Chapter = {
  title: "a broken file breaks nothing",
  steps: [
    [
      "apply refuses it, tells the line, and what runs goes on",
      async (journey) => {
        await settle(journey);
        for (const host of journey.lab.hosts) {
          await put(host, BROKEN);
          const { code, text } = await refusal(host, "pohmelfs apply");
          assert.equal(code, 3);
          assert.match(text, new RegExp(`${WHERE.source}: error: `));
        }
        await journey.client.run("systemctl daemon-reload && test -s /opt/pohtest/numbers");
      },
    ],
    [
      "after a reboot the last good generation runs",
      async (journey) => {
        for (const host of journey.lab.hosts) await host.reboot();
        await journey.client.run("for n in $(seq 30); do test -s /opt/pohtest/numbers && exit; sleep 1; done; exit 1");
      },
    ],
    [
      "systemctl, the journal and pohmelfs status all say what is wrong",
      async (journey) => {
        for (const host of journey.lab.hosts) {
          assert.match(await host.run("systemctl --failed --no-legend --plain"), /^pohmelfs-config-error\.service /);
          const { stdout } = await host.tryRun("systemctl status --no-pager pohmelfs-config-error.service");
          assert.match(stdout, WHERE);
          assert.match(await host.run("journalctl -b -q --no-pager -u pohmelfs-config-error.service"), WHERE);
          const status = await host.tryRun("pohmelfs status");
          assert.match(`${status.stdout}${status.stderr}`, WHERE);
          assert.match(`${status.stdout}${status.stderr}`, /last good/);
        }
      },
    ],
    [
      "once it is mended, apply ends the alarm",
      async (journey) => {
        await Promise.all(journey.lab.hosts.map((host) => put(host, TUTORIAL)));
        await everywhere(journey, "pohmelfs apply");
        for (const host of journey.lab.hosts)
          assert.equal(await host.run("systemctl --failed --no-legend --plain"), "", host.name);
        await journey.client.reboot();
        await assertCalm(journey.client);
      },
    ],
  ],
};
