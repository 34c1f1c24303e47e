import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE } from "../../support/as-user.ts";
import { run, tryRun } from "../../support/run.ts";
import { getXattr, listXattrs, removeXattr, setXattr } from "../../support/system-xattrs.ts";
import type { Guarantees } from "../guarantee.ts";
import { sees } from "../watch.ts";

const ROUNDS = 25;

export const afterAttributes: Guarantees = {
  "when chmod, chown, utimes or truncate has returned, all mounts show it, of files and directories": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "text");
    fs.mkdirSync(`${places[0]}/directory`);
    for (let round = 1; round <= ROUNDS; round++) {
      const place = places[round % places.length] ?? "";
      for (const name of ["file", "directory"]) {
        fs.chmodSync(`${place}/${name}`, 0o600 + round);
        for (const each of places) assert.equal(fs.statSync(`${each}/${name}`).mode & 0o777, 0o600 + round);
        fs.chownSync(`${place}/${name}`, 1_000 + round, 2_000 + round);
        for (const each of places) {
          const { uid, gid } = fs.statSync(`${each}/${name}`);
          assert.deepEqual([uid, gid], [1_000 + round, 2_000 + round]);
        }
        fs.utimesSync(`${place}/${name}`, 1_000 + round, 2_000 + round);
        for (const each of places) assert.equal(fs.statSync(`${each}/${name}`).mtimeMs, (2_000 + round) * 1_000);
      }
      fs.truncateSync(`${place}/file`, round * 777);
      for (const each of places) assert.equal(fs.statSync(`${each}/file`).size, round * 777);
    }
  },

  "when an xattr is set or removed, all mounts show it": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "text");
    for (let round = 0; round < ROUNDS; round++) {
      const place = places[round % places.length] ?? "";
      setXattr(`${place}/file`, "user.round", String(round));
      for (const each of places) {
        assert.equal(getXattr(`${each}/file`, "user.round").toString("latin1"), String(round));
        assert.deepEqual(listXattrs(`${each}/file`), ["user.round"]);
      }
      removeXattr(`${place}/file`, "user.round");
      for (const each of places) {
        assert.deepEqual(listXattrs(`${each}/file`), []);
        assert.throws(() => getXattr(`${each}/file`, "user.round"), { code: "ENODATA" });
      }
    }
  },

  "link counts are the same on all mounts": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "text");
    const links: string[] = [];
    const allCount = (): void => {
      for (const place of places) {
        for (const name of ["file", ...links]) assert.equal(fs.statSync(`${place}/${name}`).nlink, links.length + 1);
      }
    };
    for (let round = 0; round < ROUNDS; round++) {
      const place = places[round % places.length] ?? "";
      if (links.length > 4) fs.unlinkSync(`${place}/${links.shift()}`);
      else {
        fs.linkSync(`${place}/file`, `${place}/link-${round}`);
        links.push(`link-${round}`);
      }
      allCount();
    }
    fs.writeFileSync(`${places[1]}/new`, "new");
    fs.renameSync(`${places[1]}/new`, `${places[1]}/${links.pop()}`);
    allCount();
  },

  "what is made in a directory changes its times on all mounts": async (places) => {
    fs.mkdirSync(`${places[0]}/directory`);
    const timesOf = (place: string): bigint => fs.statSync(`${place}/directory`, { bigint: true }).mtimeNs;
    for (let round = 0; round < 10; round++) {
      const before = places.map(timesOf);
      await new Promise((resolve) => setTimeout(resolve, 20)); // coarser than the clock of any file system's times
      fs.writeFileSync(`${places[round % places.length]}/directory/name-${round}`, "");
      const after = places.map(timesOf);
      for (const at of places.keys()) assert.ok((after[at] ?? 0n) > (before[at] ?? 0n));
      assert.equal(new Set(after).size, 1);
    }
  },

  "a permission that one mount takes away is taken away on all": async (places) => {
    const user = { uid: ALICE.uid, gid: ALICE.gid };
    fs.mkdirSync(`${places[0]}/directory`);
    fs.writeFileSync(`${places[0]}/directory/file`, "text");
    for (let round = 0; round < 3; round++) {
      for (const place of places) assert.equal(await run(["cat", `${place}/directory/file`], user), "text");
      fs.chmodSync(`${places[round]}/directory`, 0o700);
      for (const place of places) assert.notEqual((await tryRun(["cat", `${place}/directory/file`], user)).status, 0);
      fs.chmodSync(`${places[round]}/directory`, 0o755);
    }
  },

  "while one mount changes an owner without a pause, others see the last or a later one": async (places, tell) =>
    tell(await sees("owner", places, 500)),
  "while one mount sets times without a pause, others see the last or later ones": async (places, tell) =>
    tell(await sees("times", places, 500)),
  "while one mount sets an xattr without a pause, others see the last value or a later one": async (places, tell) =>
    tell(await sees("xattr", places, 400)),
  "while one mount makes links without a pause, others see the last count or a later one": async (places, tell) =>
    tell(await sees("links", places, 400)),
};
