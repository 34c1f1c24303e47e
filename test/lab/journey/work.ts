import assert from "node:assert/strict";
import { waitUntil } from "../../support/wait-until.ts";
import type { Host } from "../host.ts";

/** Appends numbered lines and reads the file back until it is told to stop; ends with 1 at the first error. */
const WORK = `set -e; cd /opt/pohtest; n=0
while test ! -e /run/enough; do n=$((n+1)); echo $n >>work; tail -n 1 work | grep -qx $n; done
echo $n >/run/worked`;

/** Starts a program on a host that writes and reads below /opt/pohtest all the time. */
export async function startWork(host: Host): Promise<void> {
  await host.write("/root/work", WORK);
  await host.run("rm -f /opt/pohtest/work /run/enough /run/worked; systemd-run --quiet --unit=work bash /root/work");
  await waitUntil("it is at work", async () => Number(await host.run("wc -l </opt/pohtest/work || echo 0")) > 3);
}

/** Tells it to stop. Fails unless it has gone on until now without any error, and each of its lines is there, once. */
export async function endWork(host: Host): Promise<void> {
  await host.run("touch /run/enough; for n in $(seq 300); do test -e /run/worked && exit; sleep 0.1; done; exit 1");
  const count = (await host.run("cat /run/worked")).trim();
  assert.equal(await host.run("tail -n 1 /opt/pohtest/work; wc -l </opt/pohtest/work"), `${count}\n${count}\n`);
}
