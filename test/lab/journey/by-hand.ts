import assert from "node:assert/strict";
import type { Chapter } from "./journey.ts";
import { settle } from "./settle.ts";

const OWN_UNIT = `[Unit]
Description=a mount of one's own
After=network-online.target
Wants=network-online.target

[Mount]
What=pohtest
Where=/mnt/own
Type=pohmelfs
Options=_netdev

[Install]
WantedBy=remote-fs.target
`;

export const byHand: Chapter = {
  title: "fstab, mount(8) and units of one's own work beside the file",
  steps: [
    [
      "mount -t pohmelfs mounts by name and by index, and umount ends it",
      async (journey) => {
        await settle(journey);
        const { client } = journey;
        await client.run("mkdir -p /mnt/name /mnt/index && mount -t pohmelfs pohtest /mnt/name");
        await client.run("mount -t pohmelfs -o idx=1 none /mnt/index");
        await client.run("echo here >/mnt/name/by-hand && cat /mnt/index/by-hand && rm /mnt/index/by-hand");
        await client.run("umount /mnt/name /mnt/index");
        assert.equal((await client.tryRun("mountpoint -q /mnt/name")).status, 32);
      },
    ],
    [
      "a line of fstab is mounted at boot, and so is a unit of one's own",
      async ({ client }) => {
        await client.run("mkdir -p /mnt/fstab && echo 'pohtest /mnt/fstab pohmelfs _netdev 0 0' >>/etc/fstab");
        await client.write("/etc/systemd/system/mnt-own.mount", OWN_UNIT);
        await client.run("systemctl daemon-reload && systemctl -q enable mnt-own.mount");
        await client.reboot();
        for (const at of ["/mnt/fstab", "/mnt/own", "/opt/pohtest"])
          assert.match(await client.run(`findmnt -n -o FSTYPE ${at} && test -s ${at}/numbers`), /pohmelfs/);
      },
    ],
    [
      "they go as they came",
      async ({ client }) => {
        await client.run("systemctl -q disable --now mnt-own.mount && umount /mnt/fstab");
        await client.run("rm /etc/systemd/system/mnt-own.mount && : >/etc/fstab && systemctl daemon-reload");
        assert.equal(await client.run("findmnt -n -t fuse.pohmelfs,pohmelfs -o TARGET"), "/opt/pohtest\n");
      },
    ],
  ],
};
