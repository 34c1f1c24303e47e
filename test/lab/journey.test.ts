import { after, before, suite, test } from "node:test";
import { apply } from "./journey/apply.ts";
import { boot } from "./journey/boot.ts";
import { brokenFile } from "./journey/broken-file.ts";
import { byHand } from "./journey/by-hand.ts";
import { crash } from "./journey/crash.ts";
import { declare } from "./journey/declare.ts";
import { imperative } from "./journey/imperative.ts";
import { install } from "./journey/install.ts";
import { HOSTS, type Journey, journeyIn } from "./journey/journey.ts";
import { ownGroup } from "./journey/own-group.ts";
import { purge } from "./journey/purge.ts";
import { takeAway } from "./journey/take-away.ts";
import { Lab } from "./lab.ts";
import { lastWords } from "./last-words.ts";
import { packageUnderTest, whyNoInstall } from "./package-under-test.ts";

const CHAPTERS = { install, declare, apply, boot, byHand, ownGroup, takeAway, brokenFile, imperative, crash, purge };

/** While one works on something: `JOURNEY=boot,crash` goes through these only. */
const wanted = process.env["JOURNEY"]?.split(",");
const chapters = Object.entries(CHAPTERS).filter(([name]) => name === "install" || (wanted?.includes(name) ?? true));

suite("three machines, from the package to its purge", { skip: whyNoInstall() ?? false }, () => {
  let journey: Journey;

  before(async () => {
    const deb = await packageUnderTest();
    const lab = await Lab.open({ hosts: HOSTS, fileSystems: ["/opt"] });
    journey = journeyIn(lab);
    await Promise.all(lab.hosts.map((host) => host.push(deb, "/root/pohmelfs_under-test.deb")));
  });
  after(() => journey?.lab.close());

  for (const [, { title, steps }] of chapters)
    suite(title, () => {
      let failed = false;
      for (const [sentence, show] of steps)
        test(sentence, async (t) => {
          if (failed) return t.skip("a step before it failed");
          failed = true;
          await show(journey).catch(async (error: unknown) => {
            t.diagnostic(await lastWords(journey.lab));
            throw error;
          });
          failed = false;
        });
    });
});
