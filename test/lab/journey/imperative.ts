import assert from "node:assert/strict";
import { type Chapter, everywhere } from "./journey.ts";
import { settle, TUTORIAL } from "./settle.ts";

export const imperative: Chapter = {
  title: "the original's tools end in the declared state",
  steps: [
    [
      "cfg -A modify edits one value of the file, keeps its comments, and applies it",
      async (journey) => {
        await settle(journey);
        await everywhere(journey, "cfg -A modify -a 192.0.2.75 -p 1025 -i 1 -P 30");
        assert.deepEqual(
          await everywhere(journey, "cat /etc/pohmelfs.yaml"),
          Array(3).fill(TUTORIAL.replace("priority: 10", "priority: 30")),
        );
        assert.match(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.75.*\b30\b/);
      },
    ],
    [
      "cfg -A del takes a member out, cfg -A add puts it in again, and the mount goes on",
      async (journey) => {
        await everywhere(journey, "cfg -A del -a 192.0.2.166 -p 1025 -i 1");
        assert.doesNotMatch(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.166/);
        await journey.client.run("cat /opt/pohtest/numbers >/dev/null");
        await everywhere(journey, "cfg -A add -a 192.0.2.166 -p 1025 -i 1");
        assert.match(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.166/);
        assert.match(await journey.client.read("/etc/pohmelfs.yaml"), /# the quick disk/);
      },
    ],
    [
      "pohmelfs get and set read and write one value by its path",
      async (journey) => {
        await everywhere(journey, "pohmelfs set groups.pohtest.members.host-75.priority 10");
        const value = await journey.client.run("pohmelfs get groups.pohtest.members.host-75.priority");
        assert.equal(value, "10\n");
        assert.match(await journey.client.run("cfg -A show -i 1"), /192\.0\.2\.75.*\b10\b/);
      },
    ],
  ],
};
