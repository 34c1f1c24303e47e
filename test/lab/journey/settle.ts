import type { Host } from "../host.ts";
import type { Journey } from "./journey.ts";

const FILE = "/etc/pohmelfs.yaml";

/** What an administrator would write, with comments that tools have to keep. */
export const TUTORIAL = `# yaml-language-server: $schema=/usr/share/pohmelfs/pohmelfs.schema.json
version: 1

servers: # the two in the basement
  host-75: { address: 192.0.2.75 }
  host-166: { address: 192.0.2.166 }

groups:
  pohtest:
    index: 1
    export: /opt/pohtest
    members:
      host-75: { priority: 10 } # the quick disk
      host-166: {}

clients:
  host-147: { address: 192.0.2.147 }

mounts:
  - { group: pohtest, at: /opt/pohtest, on: [host-147] }
`;

/** Puts a file in the place of a host's configuration, and nothing more. */
export const put = (host: Host, text: string): Promise<void> => host.write(FILE, text);

/**
 * Gives all hosts one configuration and applies it, on the servers first; where the client mounts, there is then a file
 * `numbers`.
 *
 * @throws When an apply does not end with 0.
 */
export async function settle(journey: Journey, text: string = TUTORIAL): Promise<void> {
  const { client, lab, servers } = journey;
  await Promise.all(lab.hosts.map((host) => put(host, text)));
  await Promise.all(servers.map((host) => host.run("pohmelfs apply")));
  await client.run("pohmelfs apply");
  await client.run("! mountpoint -q /opt/pohtest || test -s /opt/pohtest/numbers || seq 100000 >/opt/pohtest/numbers");
}
