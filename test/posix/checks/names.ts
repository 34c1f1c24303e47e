import assert from "node:assert/strict";
import * as fs from "node:fs";
import { inside, rename } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { isThere, make, refuses, textOf } from "../facts.ts";

const bytesIn = (dir: string | Buffer): string[] =>
  fs
    .readdirSync(dir, { encoding: "buffer" })
    .map((name) => name.toString("latin1"))
    .sort();

/** All bytes that a name may have: 1 to 255 without the slash, in names of at most 200 bytes. */
const everyByte = Buffer.from(Array.from({ length: 255 }, (_, at) => at + 1).filter((byte) => byte !== 0x2f));

export const nameChecks: Checks = {
  "a name of 255 bytes is kept": (dir) => {
    make(`${dir}/${"n".repeat(255)}`, "text");
    assert.deepEqual(fs.readdirSync(dir), ["n".repeat(255)]);
    assert.equal(textOf(`${dir}/${"n".repeat(255)}`), "text");
  },
  "a name of 255 bytes that are no UTF-8 is kept": (dir) => {
    const name = Buffer.alloc(255, 0xff);
    make(inside(dir, name), "text");
    assert.deepEqual(bytesIn(dir), [name.toString("latin1")]);
    assert.equal(textOf(inside(dir, name)), "text");
  },
  "names of every byte but slash and NUL are kept": (dir) => {
    const names = [everyByte.subarray(0, 127), everyByte.subarray(127)];
    for (const name of names) make(inside(dir, name));
    assert.deepEqual(bytesIn(dir), names.map((name) => name.toString("latin1")).sort());
  },
  "each single byte but slash, dot and NUL is a name": (dir) => {
    const names = [...everyByte].filter((byte) => byte !== 0x2e).map((byte) => Buffer.from([byte]));
    for (const name of names) make(inside(dir, name), name.toString("latin1"));
    assert.equal(bytesIn(dir).length, names.length);
    for (const name of names) assert.ok(isThere(inside(dir, name)), `byte ${name[0]} is missing`);
  },
  "names that differ in case only are two": (dir) => {
    make(`${dir}/name`, "small");
    make(`${dir}/NAME`, "large");
    assert.equal(textOf(`${dir}/name`), "small");
  },
  "composed and decomposed letters are two names": (dir) => {
    make(`${dir}/\u00e4`, "composed");
    make(`${dir}/a\u0308`, "decomposed");
    assert.equal(fs.readdirSync(dir).length, 2);
    assert.equal(textOf(`${dir}/\u00e4`), "composed");
  },
  "names with newlines, spaces, quotes and dots at odd places are kept": (dir) => {
    const names = ["a\nb", " ", "  x  ", "'\"`$(x)", "...", ".hidden", "-rf", "a\\b", "end.", "\u{1f600}", "%s%n"];
    for (const name of names) make(`${dir}/${name}`, name);
    assert.deepEqual(fs.readdirSync(dir).sort(), [...names].sort());
  },
  "a symlink's target of odd bytes is kept": (dir) => {
    const target = Buffer.from([0xff, 0x01, 0x80, 0x0a]);
    fs.symlinkSync(target as unknown as string, `${dir}/link`);
    assert.deepEqual(fs.readlinkSync(`${dir}/link`, { encoding: "buffer" }), target);
  },
  "a tree of 80 levels can be made, walked and read": (dir) => {
    const path = `${dir}${"/level".repeat(80)}`;
    fs.mkdirSync(path, { recursive: true });
    make(`${path}/file`, "deep");
    assert.equal(textOf(`${path}/file`), "deep");
  },
  "levels beyond PATH_MAX can be reached from a directory below": (dir) => {
    const before = process.cwd();
    const level = "l".repeat(250);
    try {
      for (let depth = 0; depth < 20; depth++) {
        process.chdir(depth === 0 ? dir : ".");
        fs.mkdirSync(level);
        process.chdir(level);
      }
      make("file", "deep");
      assert.equal(textOf("file"), "deep");
      // Comparing walks by path: what no path reaches is taken away again.
      fs.unlinkSync("file");
      for (let depth = 0; depth < 20; depth++) {
        process.chdir("..");
        fs.rmdirSync(level);
      }
    } finally {
      process.chdir(before);
    }
  },
  "a renamed name of odd bytes is found under the new one only": (dir) => {
    const [from, to] = [inside(dir, Buffer.from([0xfe])), inside(dir, Buffer.from([0xc3, 0x28]))];
    make(from, "text");
    rename(from, to);
    assert.ok(!isThere(from));
    assert.equal(textOf(to), "text");
  },
  "an empty path says ENOENT": () => refuses("ENOENT", () => fs.closeSync(fs.openSync("", "r"))),
};
