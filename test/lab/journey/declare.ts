import assert from "node:assert/strict";
import { type Chapter, everywhere, refusal } from "./journey.ts";

const INIT =
  "pohmelfs init --server host-75=192.0.2.75 --server host-166=192.0.2.166" +
  " --mount host-147=192.0.2.147:/opt/pohtest --export /opt/pohtest";

export const declare: Chapter = {
  title: "one file is written, checked, and planned",
  steps: [
    [
      "init without arguments asks nothing and writes an example that is right",
      async ({ client }) => {
        await client.run("pohmelfs init && pohmelfs check");
        assert.match(await client.read("/etc/pohmelfs.yaml"), /^# yaml-language-server: \$schema=.+$/m);
        const again = await refusal(client, "pohmelfs init");
        assert.equal(again.code, 1);
        assert.match(again.text, /\/etc\/pohmelfs\.yaml/);
        await client.run("rm /etc/pohmelfs.yaml");
      },
    ],
    [
      "init with servers and a mount writes the same file on each host",
      async (journey) => {
        await everywhere(journey, INIT);
        const [first, ...others] = await everywhere(journey, "cat /etc/pohmelfs.yaml");
        assert.deepEqual(others, [first, first]);
        assert.deepEqual(
          await everywhere(journey, "pohmelfs check"),
          Array(3).fill("/etc/pohmelfs.yaml: ok: 2 servers, 1 group, 1 mount\n"),
        );
      },
    ],
    [
      "check tells of what is wrong as a compiler does, all at once",
      async ({ client }) => {
        await client.run(
          "sed -e 's/192.0.2.75/192.0.2.750/' -e 's/index: 1/index: one/' /etc/pohmelfs.yaml >/tmp/wrong.yaml",
        );
        const { code, text } = await refusal(client, "pohmelfs check /tmp/wrong.yaml");
        assert.equal(code, 3);
        assert.match(text, /^\/tmp\/wrong\.yaml:\d+:\d+: error: .*192\.0\.2\.750/m);
        assert.match(text, /^\/tmp\/wrong\.yaml:\d+:\d+: error: .*one/m);
      },
    ],
    [
      "plan says on each host which units apply would make, and makes none",
      async (journey) => {
        const [one, two, three] = await everywhere(journey, "pohmelfs plan");
        assert.match(one ?? "", /pohmelfs-server@host-75\.service/);
        assert.match(two ?? "", /pohmelfs-server@host-166\.service/);
        assert.match(three ?? "", /opt-pohtest\.mount/);
        assert.doesNotMatch(three ?? "", /pohmelfs-server@/);
        assert.deepEqual(await everywhere(journey, "ls /run/systemd/generator | grep -c pohmelfs || true"), [
          "0\n",
          "0\n",
          "0\n",
        ]);
      },
    ],
    [
      "plan shows other hosts, all hosts, and the same as JSON",
      async ({ client }) => {
        assert.match(await client.run("pohmelfs plan --host host-75"), /pohmelfs-server@host-75\.service/);
        const all = await client.run("pohmelfs plan --all");
        for (const host of ["host-75", "host-166", "host-147"]) assert.match(all, new RegExp(host));
        JSON.parse(await client.run("pohmelfs plan --json"));
      },
    ],
    [
      "plan warns of two members without a witness, and of an export that is not there",
      async ({ servers: [server] }) => {
        const { stdout, stderr } = await server.tryRun("pohmelfs plan");
        assert.match(`${stdout}${stderr}`, /witness/);
        assert.match(`${stdout}${stderr}`, /warning: export \/opt\/pohtest does not exist/);
      },
    ],
  ],
};
