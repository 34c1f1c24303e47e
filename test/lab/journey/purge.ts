import assert from "node:assert/strict";
import { type Chapter, everywhere } from "./journey.ts";
import { settle } from "./settle.ts";

export const purge: Chapter = {
  title: "the package goes, and the data stay",
  steps: [
    [
      "purge ends all, takes away what is the package's, and touches no export",
      async (journey) => {
        await settle(journey);
        await everywhere(journey, "DEBIAN_FRONTEND=noninteractive apt-get -q -y purge pohmelfs");
        for (const host of journey.servers) await host.run("test -s /opt/pohtest/numbers");
        assert.deepEqual(await everywhere(journey, "pgrep -f '/usr/lib/[p]ohmelfs' || true"), ["", "", ""]);
        assert.deepEqual(
          await everywhere(
            journey,
            "ls -d /usr/lib/pohmelfs /var/lib/pohmelfs /etc/pohmelfs.last-good 2>/dev/null || true",
          ),
          ["", "", ""],
        );
        assert.deepEqual(await everywhere(journey, "test -e /etc/pohmelfs.yaml && echo kept"), Array(3).fill("kept\n"));
        const failed = "systemctl list-units --state=failed --no-legend --plain 'pohmelfs*' '*.mount'";
        assert.deepEqual(await everywhere(journey, failed), ["", "", ""]);
      },
    ],
  ],
};
