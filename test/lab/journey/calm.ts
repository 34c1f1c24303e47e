import assert from "node:assert/strict";
import type { Host } from "../host.ts";

/**
 * Fails unless systemd has nothing to complain about on this host: no failed unit, no error in the journal.
 *
 * @param since As journalctl(1) wants it; default: all of this boot.
 */
export async function assertCalm(host: Host, since?: string): Promise<void> {
  assert.equal(await host.run("systemctl --failed --no-legend --plain"), "", `units of ${host.name} have failed`);
  const from = since === undefined ? "" : `--since='${since}'`;
  const errors = await host.run(
    `journalctl -b ${from} -q -p err --no-pager -o cat -t fserver -t pohmelfs-mountd -t mount -t systemd`,
  );
  assert.equal(errors, "", `the journal of ${host.name} has errors`);
}
