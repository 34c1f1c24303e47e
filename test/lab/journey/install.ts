import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Chapter, everywhere } from "./journey.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8")) as {
  version: string;
};

/** What one looks for after an install, and finds in the usual place. */
const FOUND = [
  ...["/usr/bin/pohmelfs", "/usr/sbin/fserver", "/usr/sbin/mount.pohmelfs", "/usr/sbin/cfg", "/usr/sbin/flush"],
  "/usr/lib/systemd/system-generators/pohmelfs-generator",
  ...["man8/pohmelfs.8", "man7/pohmelfs.7", "man5/pohmelfs.yaml.5", "man8/mount.pohmelfs.8", "man8/fserver.8"].map(
    (page) => `/usr/share/man/${page}.gz`,
  ),
  ...["/usr/share/pohmelfs/pohmelfs.schema.json", "/usr/share/bash-completion/completions/pohmelfs"],
  ...["/usr/share/doc/pohmelfs/copyright", "/usr/share/doc/pohmelfs/examples/tutorial.yaml"],
];

export const install: Chapter = {
  title: "a package is installed on a bare Debian",
  steps: [
    [
      "apt installs it on hosts that have no Node, and asks for nothing",
      async (journey) => {
        assert.equal((await journey.client.tryRun("node --version")).status, 127);
        await everywhere(journey, "cd /root && DEBIAN_FRONTEND=noninteractive apt-get -q -y install ./pohmelfs_*.deb");
        assert.deepEqual(await everywhere(journey, "pohmelfs --version"), Array(3).fill(`${version}\n`));
      },
    ],
    [
      "it brings programs, pages, completions, examples, and no configuration",
      async ({ client }) => {
        const files = (await client.run("dpkg -L pohmelfs")).split("\n");
        assert.deepEqual(
          FOUND.filter((path) => !files.includes(path)),
          [],
        );
        assert.deepEqual(
          files.filter((path) => path.startsWith("/etc/") && path.includes("pohmelfs.yaml")),
          [],
        );
        await client.run("pohmelfs check /usr/share/doc/pohmelfs/examples/tutorial.yaml");
      },
    ],
    [
      "nothing runs and nothing fails as long as nothing is declared",
      async (journey) => {
        const units = "systemctl list-units --no-legend --plain 'pohmelfs*' 'opt-*'; systemctl --failed --no-legend";
        const listed = await everywhere(journey, `systemctl daemon-reload; ${units} | grep -v '^opt.mount' || true`);
        assert.deepEqual(listed, ["", "", ""]);
      },
    ],
  ],
};
