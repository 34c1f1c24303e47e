import assert from "node:assert/strict";
import * as fs from "node:fs";
import { RENAME_EXCHANGE, rename } from "../../support/system.ts";
import type { Guarantees, Places } from "../guarantee.ts";
import { sees } from "../watch.ts";

const ROUNDS = 25;
const list = (place: string): string[] => fs.readdirSync(place).sort();

/** All places list the same names, and find each of them, and none of the others. */
function allShow(places: Places, names: readonly string[], absent: readonly string[] = []): void {
  for (const place of places) {
    assert.deepEqual(list(place), [...names].sort());
    for (const name of names) fs.lstatSync(`${place}/${name}`);
    for (const name of absent) assert.throws(() => fs.lstatSync(`${place}/${name}`), { code: "ENOENT" });
  }
}

/** Ways in which a name comes to be; `other` is a file that is there already. */
const MAKING: readonly ((place: string, name: string, other: string) => void)[] = [
  (place, name) => fs.closeSync(fs.openSync(`${place}/${name}`, "wx")),
  (place, name) => fs.mkdirSync(`${place}/${name}`),
  (place, name) => fs.symlinkSync("nowhere", `${place}/${name}`),
  (place, name, other) => fs.linkSync(`${place}/${other}`, `${place}/${name}`),
  (place, name, other) => {
    fs.copyFileSync(`${place}/${other}`, `${place}/before`);
    fs.renameSync(`${place}/before`, `${place}/${name}`);
  },
];

export const afterNames: Guarantees = {
  "when create, mkdir, symlink, link or rename has returned, all mounts list and find the name": (places) => {
    const names = ["other"];
    fs.writeFileSync(`${places[0]}/other`, "text");
    for (let round = 0; round < ROUNDS; round++) {
      const name = `name-${round}`;
      allShow(places, names, [name]);
      MAKING[round % MAKING.length]?.(places[round % places.length] ?? "", name, "other");
      names.push(name);
      allShow(places, names);
    }
  },

  "a name that another mount has looked for in vain is found as soon as it is made": (places) => {
    fs.writeFileSync(`${places[0]}/other`, "");
    for (let round = 0; round < ROUNDS; round++) {
      const [maker, seeker] = [places[round % 3] ?? "", places[(round + 1) % 3] ?? ""];
      for (let times = 0; times < 3; times++) assert.ok(!fs.existsSync(`${seeker}/name-${round}`));
      MAKING[round % MAKING.length]?.(maker, `name-${round}`, "other");
      fs.lstatSync(`${seeker}/name-${round}`);
    }
  },

  "when unlink, rmdir or a rename away has returned, no mount lists or finds the name": (places) => {
    fs.mkdirSync(`${places[0]}/elsewhere`);
    for (let round = 0; round < ROUNDS; round++) {
      const place = places[round % places.length] ?? "";
      fs.writeFileSync(`${place}/file`, "");
      fs.mkdirSync(`${place}/directory`);
      fs.writeFileSync(`${place}/moved`, "");
      allShow(places, ["directory", "elsewhere", "file", "moved"]);
      const other = places[(round + 1) % places.length] ?? "";
      fs.unlinkSync(`${other}/file`);
      allShow(places, ["directory", "elsewhere", "moved"], ["file"]);
      fs.rmdirSync(`${other}/directory`);
      allShow(places, ["elsewhere", "moved"], ["directory"]);
      fs.renameSync(`${other}/moved`, `${other}/elsewhere/moved-${round}`);
      allShow(places, ["elsewhere"], ["moved"]);
      for (const each of places) assert.equal(list(`${each}/elsewhere`).length, round + 1);
    }
  },

  "two names that are exchanged are exchanged on all mounts": (places) => {
    fs.writeFileSync(`${places[0]}/x`, "0");
    fs.writeFileSync(`${places[0]}/y`, "1");
    for (let round = 1; round <= ROUNDS; round++) {
      rename(`${places[round % 3]}/x`, `${places[round % 3]}/y`, RENAME_EXCHANGE);
      for (const place of places) {
        assert.equal(fs.readFileSync(`${place}/x`, "latin1"), String(round % 2));
        assert.equal(fs.readFileSync(`${place}/y`, "latin1"), String((round + 1) % 2));
      }
    }
  },

  "a directory that is moved has moved on all mounts, with all below": (places) => {
    fs.mkdirSync(`${places[0]}/a/tree/below`, { recursive: true });
    fs.mkdirSync(`${places[0]}/b`);
    fs.writeFileSync(`${places[0]}/a/tree/below/file`, "text");
    for (let round = 0; round < ROUNDS; round++) {
      const [from, to] = round % 2 === 0 ? ["a", "b"] : ["b", "a"];
      for (const place of places) fs.statSync(`${place}/${from}/tree/below/file`);
      fs.renameSync(`${places[round % 3]}/${from}/tree`, `${places[round % 3]}/${to}/tree`);
      for (const place of places) {
        assert.equal(fs.readFileSync(`${place}/${to}/tree/below/file`, "latin1"), "text");
        assert.ok(!fs.existsSync(`${place}/${from}/tree/below/file`));
      }
    }
  },

  "while one mount replaces a file by rename without a pause, whoever opens it on another gets one of them whole, none older than the last":
    async (places, tell) => tell(await sees("replaced", places, 250)),

  "while one mount replaces a file by rename without a pause, open on another never fails": async (places, tell) =>
    tell(await sees("opened", places, 400)),

  "while one mount creates without a pause, names that were looked for in vain are found when they are there": async (
    places,
    tell,
  ) => tell(await sees("created", places, 400)),

  "while one mount makes directories without a pause, listings on others have all that were there when they began":
    async (places, tell) => tell(await sees("listed", places, 300)),

  "while one mount renames one file on and on, others list its last name or a later one": async (places, tell) =>
    tell(await sees("renamed", places, 300)),

  "while one mount unlinks without a pause, others do not find what was gone": async (places, tell) =>
    tell(await sees("unlinked", places, 300)),

  "while one mount replaces a symbolic link without a pause, others read its last target or a later one": async (
    places,
    tell,
  ) => tell(await sees("target", places, 250)),
};
