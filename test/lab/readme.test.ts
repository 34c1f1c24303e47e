import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Host } from "./host.ts";
import { HOSTS } from "./journey/journey.ts";
import { Lab } from "./lab.ts";
import { lastWords } from "./last-words.ts";
import { packageUnderTest, whyNoInstall } from "./package-under-test.ts";
import { isAsSaid, sessionOf } from "./readme-session.ts";

const page = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** As in one login: where a `cd` went the next command begins. */
const inLogin = (line: string): string =>
  `cd "$(cat /run/here 2>/dev/null || pwd)" || exit; ${line}\ncode=$?; pwd >/run/here; exit $code`;

async function type(host: Host, line: string): Promise<string> {
  if (line === "reboot") {
    await host.reboot();
    return "";
  }
  const { status, stdout, stderr } = await host.tryRun(inLogin(line));
  assert.equal(status, 0, `[root@${host.name} ~]# ${line}\n${stderr}${stdout}`);
  return stdout;
}

suite("the README's three machines in ten minutes", { skip: whyNoInstall() ?? false }, () => {
  let lab: Lab;

  before(async () => {
    const deb = await packageUnderTest();
    lab = await Lab.open({ hosts: HOSTS, fileSystems: ["/opt"] });
    await Promise.all(lab.hosts.map((host) => host.push(deb, "/root/pohmelfs_0.1.0_amd64.deb")));
  });
  after(() => lab?.close());

  test("go as the page says, and each command prints what the page says", async (t) => {
    const since = performance.now();
    try {
      for (const { where, line, prints } of sessionOf(page, "Three machines in ten minutes")) {
        const hosts = where === "everywhere" ? lab.hosts : [lab.host(where)];
        for (const printed of await Promise.all(hosts.map((host) => type(host, line))))
          if (prints !== undefined && !isAsSaid(printed, prints))
            assert.equal(printed, prints.join("\n"), `'${line}' on ${where} prints something else than the page says`);
      }
    } catch (error) {
      t.diagnostic(await lastWords(lab));
      throw error;
    }
    assert.ok(performance.now() - since < 600_000, "it took more than ten minutes");
  });
});
