import type { Lab } from "./lab.ts";

const ASK = `systemctl --failed --no-legend --plain
journalctl -b -n 20 --no-pager -q -o short-monotonic -u 'pohmelfs*' -u '*.mount'`;

/** What the hosts that are on say after something went wrong: for people who read why a test failed. */
export async function lastWords(lab: Lab): Promise<string> {
  const said = lab.hosts.map(async (host) => {
    const text = host.isOn ? await host.tryRun(ASK, { limitMs: 10_000 }).then((ran) => ran.stdout, String) : "off\n";
    return `--- ${host.name}\n${text}`;
  });
  return (await Promise.all(said)).join("");
}
