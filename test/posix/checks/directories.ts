import assert from "node:assert/strict";
import * as fs from "node:fs";
import { rename } from "../../support/system.ts";
import { type Entry, listDirectory, seekDirectory } from "../../support/system-directories.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, namesIn, refuses, stat, withFile } from "../facts.ts";

const COUNT = 300;
const SMALL = 1024; // bytes a call: about 30 entries, so that a listing takes many calls

function fill(dir: string, count = COUNT): string[] {
  const names = Array.from({ length: count }, (_, at) => `entry-${String(at).padStart(4, "0")}`);
  for (const name of names) make(`${dir}/${name}`);
  return names;
}

/** All that is left from the descriptor's place on, less dot and dot-dot. */
function rest(fd: number, size = SMALL): Entry[] {
  const entries: Entry[] = [];
  for (let some = listDirectory(fd, size); some.length > 0; some = listDirectory(fd, size)) entries.push(...some);
  return entries.filter(({ name }) => name !== "." && name !== "..");
}

const sortedNames = (entries: readonly Entry[]): string[] => entries.map(({ name }) => name).sort();

export const directoryChecks: Checks = {
  "a listing has dot, dot-dot and each name once": (dir) => {
    const names = fill(dir);
    withFile(dir, "r", (fd) => {
      const first = listDirectory(fd, SMALL);
      for (const dot of [".", ".."]) assert.equal(first.filter(({ name }) => name === dot).length, 1, dot);
      seekDirectory(fd, 0n);
      assert.deepEqual(sortedNames(rest(fd)), names);
    });
  },
  "a listing tells types and the numbers that stat tells": (dir) => {
    make(`${dir}/file`);
    makeDirectory(`${dir}/directory`);
    fs.symlinkSync("nothing", `${dir}/link`);
    const types: Record<string, number> = { file: 8, directory: 4, link: 10 }; // DT_REG, DT_DIR, DT_LNK
    withFile(dir, "r", (fd) => {
      for (const { name, type, ino } of rest(fd)) {
        assert.equal(type, types[name], name);
        assert.equal(ino, stat(`${dir}/${name}`).ino, name);
      }
    });
  },
  "entries removed as they are listed: none is missed": (dir) => {
    fill(dir);
    withFile(dir, "r", (fd) => {
      for (let some = listDirectory(fd, SMALL); some.length > 0; some = listDirectory(fd, SMALL)) {
        for (const { name } of some) if (!name.startsWith(".")) fs.unlinkSync(`${dir}/${name}`);
      }
    });
    assert.deepEqual(namesIn(dir), []);
  },
  "entries made while listing: the old ones come once each": (dir) => {
    const names = fill(dir);
    withFile(dir, "r", (fd) => {
      const seen = listDirectory(fd, SMALL).filter(({ name }) => name.startsWith("entry"));
      for (let at = 0; at < 50; at++) make(`${dir}/new-${at}`);
      seen.push(...rest(fd).filter(({ name }) => name.startsWith("entry")));
      assert.deepEqual(sortedNames(seen), names);
    });
  },
  "entries renamed while listing: those left alone come once each": (dir) => {
    const names = fill(dir);
    withFile(dir, "r", (fd) => {
      const seen = listDirectory(fd, SMALL);
      for (let at = 0; at < COUNT; at += 10) rename(`${dir}/${names[at]}`, `${dir}/renamed-${at}`);
      const all = [...seen, ...rest(fd)].filter(({ name }) => name.startsWith("entry") && Number(name.slice(6)) % 10);
      assert.deepEqual(
        sortedNames(all),
        names.filter((_, at) => at % 10),
      );
    });
  },
  "seekdir to where telldir was goes on there": (dir) => {
    fill(dir);
    withFile(dir, "r", (fd) => {
      const some = [...listDirectory(fd, SMALL), ...listDirectory(fd, SMALL)];
      const place = some.at(-1)?.next ?? 0n;
      const after = sortedNames(rest(fd));
      seekDirectory(fd, place);
      assert.deepEqual(sortedNames(rest(fd, 32_768)), after);
    });
  },
  "seekdir to each place of a listing goes on there": (dir) => {
    fill(dir, 40);
    withFile(dir, "r", (fd) => {
      const all: Entry[] = [];
      // One call need not give all that there is room for.
      for (let some = listDirectory(fd, SMALL); some.length > 0; some = listDirectory(fd, SMALL)) all.push(...some);
      assert.equal(all.length, 42);
      all.forEach(({ next }, at) => {
        seekDirectory(fd, next);
        const expected = all.slice(at + 1).filter(({ name }) => !name.startsWith("."));
        assert.deepEqual(sortedNames(rest(fd)), sortedNames(expected));
      });
    });
  },
  "a place stays right though entries before it are removed": (dir) => {
    fill(dir);
    withFile(dir, "r", (fd) => {
      const some = listDirectory(fd, SMALL).filter(({ name }) => !name.startsWith("."));
      const place = some.at(-1)?.next ?? 0n;
      const after = sortedNames(rest(fd));
      for (const { name } of some) fs.unlinkSync(`${dir}/${name}`);
      seekDirectory(fd, place);
      assert.deepEqual(sortedNames(rest(fd)), after);
    });
  },
  "rewinddir shows what was made and removed since": (dir) => {
    make(`${dir}/old`);
    withFile(dir, "r", (fd) => {
      assert.deepEqual(sortedNames(rest(fd)), ["old"]);
      make(`${dir}/new`);
      fs.unlinkSync(`${dir}/old`);
      seekDirectory(fd, 0n);
      assert.deepEqual(sortedNames(rest(fd)), ["new"]);
    });
  },
  "two descriptors list a directory apart": (dir) => {
    const names = fill(dir);
    withFile(dir, "r", (one) =>
      withFile(dir, "r", (two) => {
        const first = listDirectory(one, SMALL).filter(({ name }) => !name.startsWith("."));
        assert.deepEqual(sortedNames(rest(two)), names);
        assert.deepEqual(sortedNames([...first, ...rest(one)]), names);
      }),
    );
  },
  "a listing of an empty directory has dot and dot-dot only": (dir) =>
    withFile(dir, "r", (fd) => {
      assert.deepEqual(
        listDirectory(fd, SMALL)
          .map(({ name }) => name)
          .sort(),
        [".", ".."],
      );
      assert.deepEqual(listDirectory(fd, SMALL), []);
    }),
  "a listing with names of 255 bytes is whole": (dir) => {
    const names = Array.from({ length: 50 }, (_, at) => String(at).padEnd(255, "x")).sort();
    for (const name of names) make(`${dir}/${name}`);
    withFile(dir, "r", (fd) => assert.deepEqual(sortedNames(rest(fd)), names));
  },
  "a removed directory has nothing to list": (dir) => {
    makeDirectory(`${dir}/directory`);
    withFile(`${dir}/directory`, "r", (fd) => {
      fs.rmdirSync(`${dir}/directory`);
      // readdir(3) of glibc takes this for the end.
      refuses("ENOENT", () => listDirectory(fd, SMALL));
    });
  },
  "a tree is removed by rm -r's way of doing it": (dir) => {
    for (let at = 0; at < 20; at++) {
      fs.mkdirSync(`${dir}/tree/${at}/deep`, { recursive: true });
      fill(`${dir}/tree/${at}`, 5);
    }
    fs.rmSync(`${dir}/tree`, { recursive: true });
    assert.deepEqual(namesIn(dir), []);
  },
};
