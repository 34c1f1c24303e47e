import assert from "node:assert/strict";
import * as fs from "node:fs";
import { Mapping, PAGE } from "../../support/system-memory.ts";
import type { Guarantees } from "../guarantee.ts";

const ROUNDS = 25;
const LENGTH = 3 * PAGE;

export const ofMappings: Guarantees = {
  "a mapping that was read before shows what another mount wrote, once its own mount has asked for the file": (
    places,
  ) => {
    fs.writeFileSync(`${places[0]}/file`, "-".repeat(LENGTH));
    const fds = places.map((place) => fs.openSync(`${place}/file`, "r+"));
    const mappings = fds.map((fd) => new Mapping(fd, LENGTH, { writable: false }));
    const expected = Buffer.alloc(LENGTH, "-");
    for (let round = 0; round < ROUNDS; round++) {
      for (const mapping of mappings) assert.ok(mapping.read(0, LENGTH).equals(expected));
      const at = (round * 1_009) % (LENGTH - 20);
      const bytes = Buffer.from(`<round ${round}>`);
      fs.writeSync(fds[round % fds.length] ?? -1, bytes, 0, bytes.length, at);
      expected.set(bytes, at);
      for (const [index, mapping] of mappings.entries()) {
        fs.statSync(`${places[index]}/file`);
        assert.ok(mapping.read(0, LENGTH).equals(expected), `round ${round}, mount ${index + 1}`);
      }
    }
    for (const mapping of mappings) mapping[Symbol.dispose]();
    for (const fd of fds) fs.closeSync(fd);
  },

  "a mapping made after a write on another mount shows it": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "");
    for (let round = 0; round < ROUNDS; round++) {
      const text = `round ${round};`.repeat(1 + ((round * 131) % 1_000));
      fs.writeFileSync(`${places[round % 3]}/file`, text);
      for (const place of places) {
        const fd = fs.openSync(`${place}/file`, "r");
        using mapping = new Mapping(fd, fs.fstatSync(fd).size, { writable: false });
        assert.equal(mapping.read(0, text.length).toString("latin1"), text);
        fs.closeSync(fd);
      }
    }
  },

  "what is written to a mapping is on all mounts when msync has returned": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "-".repeat(LENGTH));
    const fds = places.map((place) => fs.openSync(`${place}/file`, "r+"));
    const expected = Buffer.alloc(LENGTH, "-");
    for (let round = 0; round < ROUNDS; round++) {
      const fd = fds[round % fds.length] ?? -1;
      fs.fstatSync(fd);
      using mapping = new Mapping(fd, LENGTH);
      // Each in a page of its own: a page is written as a whole.
      const at = (round % 3) * PAGE + ((round * 31) % 4_000);
      const bytes = Buffer.from(`<round ${round}>`);
      mapping.write(at, bytes);
      mapping.sync();
      expected.set(bytes, at);
      for (const place of places) assert.ok(fs.readFileSync(`${place}/file`).equals(expected));
    }
    for (const fd of fds) fs.closeSync(fd);
  },
};
