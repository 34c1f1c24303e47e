import assert from "node:assert/strict";
import * as fs from "node:fs";
import { Mapping } from "../../support/system-memory.ts";
import type { Guarantees } from "../guarantee.ts";
import { sees } from "../watch.ts";

const ROUNDS = 40;
const textOf = (path: string): string => fs.readFileSync(path, "latin1");

/** @returns What a descriptor gives from the start on. */
function readAll(fd: number): string {
  const into = Buffer.alloc(fs.fstatSync(fd).size);
  return into.toString("latin1", 0, fs.readSync(fd, into, 0, into.length, 0));
}

/** Texts of many lengths, below a page and beyond it, each longer or shorter than the one before. */
const textFor = (round: number): string => `round ${round};`.repeat(1 + ((round * 379) % 1_500));

export const afterWrite: Guarantees = {
  "when write has returned, the same mount shows it: by another descriptor, by path, by stat, in a mapping": ([a]) => {
    const [writer, reader] = [fs.openSync(`${a}/file`, "w+"), fs.openSync(`${a}/file`, "r")];
    for (let round = 0; round < ROUNDS; round++) {
      const text = textFor(round);
      fs.ftruncateSync(writer, 0);
      fs.writeSync(writer, text, 0);
      assert.equal(fs.statSync(`${a}/file`).size, text.length);
      assert.equal(readAll(reader), text);
      assert.equal(textOf(`${a}/file`), text);
      using mapping = new Mapping(reader, text.length, { writable: false });
      assert.equal(mapping.read(0, text.length).toString("latin1"), text);
    }
    for (const fd of [writer, reader]) fs.closeSync(fd);
  },

  "when write has returned, another mount shows it at its next stat, its next read of an open file, its next open": (
    places,
  ) => {
    fs.writeFileSync(`${places[0]}/file`, "");
    const fds = places.map((place) => fs.openSync(`${place}/file`, "r+"));
    for (let round = 0; round < ROUNDS; round++) {
      const writer = fds[round % fds.length] ?? -1;
      const text = textFor(round);
      fs.ftruncateSync(writer, 0);
      fs.writeSync(writer, text, 0);
      for (const [at, place] of places.entries()) {
        assert.equal(fs.statSync(`${place}/file`).size, text.length);
        assert.equal(readAll(fds[at] ?? -1), text);
        assert.equal(textOf(`${place}/file`), text);
      }
    }
    for (const fd of fds) fs.closeSync(fd);
  },

  "what is overwritten in place, length as before, is seen as well": (places) => {
    const LENGTH = 10_000;
    fs.writeFileSync(`${places[0]}/file`, "-".repeat(LENGTH));
    const fds = places.map((place) => fs.openSync(`${place}/file`, "r+"));
    const expected = Buffer.alloc(LENGTH, "-");
    for (let round = 0; round < ROUNDS * 2; round++) {
      const at = (round * 1_237) % (LENGTH - 20);
      const bytes = Buffer.from(`<round ${round}>`);
      fs.writeSync(fds[round % fds.length] ?? -1, bytes, 0, bytes.length, at);
      expected.set(bytes, at);
      for (const fd of fds) assert.equal(readAll(fd), expected.toString("latin1"));
    }
    for (const fd of fds) fs.closeSync(fd);
  },

  "while one mount appends without a pause, the others never show less than was written when they looked": async (
    places,
    tell,
  ) => tell(await sees("size", places, 600)),

  "while one mount overwrites without a pause, the others never show older bytes than were written when they looked":
    async (places, tell) => tell(await sees("content", places, 600)),

  "the same, while programs of their own mounts write elsewhere in the file without a pause": async (places, tell) =>
    tell(await sees("beside", places, 100)),

  "a change that another mount has seen before its call returned is not unseen": async (places, tell) => {
    for (const sight of ["content", "size", "owner", "times", "xattr", "links", "listed"] as const)
      tell(await sees(sight, places, 300, { onwards: true }));
  },
};
