import assert from "node:assert/strict";
import * as fs from "node:fs";
import { run, shell } from "../../support/run.ts";
import { seeded } from "../../support/random.ts";
import { inside } from "../../support/system.ts";
import type { Programs } from "../program.ts";

const GIB = 2 ** 30;
const FILES = 10_000;

/** 200 names of 255 bytes, no slash and no NUL in them, hardly ever UTF-8. */
function oddNames(): Buffer[] {
  const random = seeded(255);
  return Array.from({ length: 200 }, () =>
    Buffer.from(random.fill(Buffer.alloc(255)).map((byte) => (byte === 0 || byte === 0x2f ? 0xff : byte))),
  );
}

/** Ten bytes. */
const dataAt = (place: number): string => `at ${place}`.padEnd(10, ".").slice(0, 10);

export const extremePrograms: Programs = {
  "10,000 files in one directory are made, listed, renamed and half of them removed": {
    run: async (dir) => {
      for (let number = 0; number < FILES; number++) fs.writeFileSync(`${dir}/file-${number}`, `${number}`);
      assert.equal(fs.readdirSync(dir).length, FILES);
      assert.equal((await shell("ls -U | sort -u | wc -l", { cwd: dir })).trim(), String(FILES));
      assert.equal((await shell("find . -type f -size -2 | wc -l", { cwd: dir })).trim(), String(FILES));
      for (let number = 0; number < FILES; number += 10) {
        fs.renameSync(`${dir}/file-${number}`, `${dir}/renamed-${number}`);
      }
      await shell("find . -name 'file-*[13579]' -delete", { cwd: dir });
      assert.equal(fs.readdirSync(dir).length, FILES / 2);
      assert.equal(fs.readFileSync(`${dir}/renamed-9990`, "latin1"), "9990");
      assert.equal(fs.readFileSync(`${dir}/file-9998`, "latin1"), "9998");
    },
  },
  "a sparse file of 5 GiB keeps its holes, and cp keeps them too": {
    run: async (dir) => {
      const path = `${dir}/sparse`;
      const fd = fs.openSync(path, "w+");
      fs.ftruncateSync(fd, 5 * GIB);
      const places = [0, GIB - 3, 2 * GIB + 12_345, 4 * GIB - 2, 5 * GIB - 10];
      for (const place of places) fs.writeSync(fd, dataAt(place), place);
      const into = Buffer.alloc(10);
      for (const place of places) {
        fs.readSync(fd, into, 0, 10, place);
        assert.equal(into.toString(), dataAt(place));
      }
      fs.readSync(fd, into, 0, 10, 3 * GIB);
      assert.ok(into.every((byte) => byte === 0));
      fs.closeSync(fd);
      assert.equal(fs.statSync(path).size, 5 * GIB);
      assert.ok(fs.statSync(path).blocks < 1_000, "holes take no room");
      await run(["cp", "--sparse=auto", path, `${dir}/copy`]);
      assert.equal(fs.statSync(`${dir}/copy`).size, 5 * GIB);
      assert.ok(fs.statSync(`${dir}/copy`).blocks < 1_000, "holes of the copy take no room");
      fs.unlinkSync(`${dir}/copy`); // comparing it costs seconds and tells nothing new
    },
  },
  "names of 255 bytes that are no UTF-8 are made, listed, moved, packed and unpacked": {
    needs: ["tar"],
    run: async (dir) => {
      const names = oddNames();
      fs.mkdirSync(`${dir}/odd`);
      for (const name of names) fs.writeFileSync(inside(`${dir}/odd`, name), name);
      const listed = fs.readdirSync(`${dir}/odd`, { encoding: "buffer" });
      const sorted = (all: readonly Buffer[]): string[] => all.map((name) => name.toString("latin1")).sort();
      assert.deepEqual(sorted(listed), sorted(names));
      fs.mkdirSync(`${dir}/moved`);
      for (const name of names) fs.renameSync(inside(`${dir}/odd`, name), inside(`${dir}/moved`, name));
      fs.mkdirSync(`${dir}/unpacked`);
      await shell("tar -C moved -cf - . | tar -C unpacked -xf -; diff -r moved unpacked", { cwd: dir });
      assert.deepEqual(sorted(fs.readdirSync(`${dir}/unpacked`, { encoding: "buffer" })), sorted(names));
    },
  },
  "paths near the longest are made, walked, renamed at the top and read": {
    run: async (dir) => {
      const level = "d".repeat(240);
      const deep = `/${level}`.repeat(14);
      fs.mkdirSync(`${dir}/wide${deep}`, { recursive: true });
      fs.writeFileSync(`${dir}/wide${deep}/file`, "deep");
      const many = "/level".repeat(100);
      fs.mkdirSync(`${dir}/many${many}`, { recursive: true });
      fs.writeFileSync(`${dir}/many${many}/file`, "deeper");
      fs.renameSync(`${dir}/wide`, `${dir}/renamed`);
      assert.equal(fs.readFileSync(`${dir}/renamed${deep}/file`, "latin1"), "deep");
      assert.equal((await shell("find . -type f -exec cat {} +", { cwd: dir })).length, 10);
    },
  },
  "a file of 300 MiB is written, read back by another program and cut": {
    run: async (dir) => {
      await shell(
        `seq 1 40000000 | head -c 314572800 | tee big | cksum >expected; cksum <big >got; cmp expected got
         truncate -s 1M big; cp big small; cmp big small`,
        { cwd: dir },
      );
      assert.equal(fs.statSync(`${dir}/big`).size, 1_048_576);
    },
  },
};
