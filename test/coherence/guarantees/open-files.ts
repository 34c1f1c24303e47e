import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Guarantees } from "../guarantee.ts";

const ROUNDS = 15;

function readAll(fd: number): string {
  const into = Buffer.alloc(fs.fstatSync(fd).size);
  return into.toString("latin1", 0, fs.readSync(fd, into, 0, into.length, 0));
}

export const ofOpenFiles: Guarantees = {
  "a file that one mount unlinks lives on for those who have it open on others": (places) => {
    for (let round = 0; round < ROUNDS; round++) {
      const [owner, remover] = [places[round % 3] ?? "", places[(round + 1) % 3] ?? ""];
      fs.writeFileSync(`${owner}/file`, `round ${round}`);
      const fds = [owner, places[(round + 2) % 3] ?? ""].map((place) => fs.openSync(`${place}/file`, "r+"));
      fs.unlinkSync(`${remover}/file`);
      for (const place of places) assert.ok(!fs.existsSync(`${place}/file`));
      for (const fd of fds) assert.equal(readAll(fd), `round ${round}`);
      fs.writeSync(fds[0] ?? -1, " and more", `round ${round}`.length);
      for (const fd of fds) assert.equal(readAll(fd), `round ${round} and more`);
      // Of the same name, another object.
      fs.writeFileSync(`${remover}/file`, "another");
      for (const fd of fds) assert.equal(readAll(fd), `round ${round} and more`);
      assert.equal(fs.readFileSync(`${owner}/file`, "latin1"), "another");
      for (const fd of fds) fs.closeSync(fd);
      fs.unlinkSync(`${owner}/file`);
    }
  },

  "a file that one mount replaces by rename lives on for those who have it open on others": (places) => {
    fs.writeFileSync(`${places[0]}/file`, "round -1");
    for (let round = 0; round < ROUNDS; round++) {
      const [owner, replacer] = [places[round % 3] ?? "", places[(round + 1) % 3] ?? ""];
      const fd = fs.openSync(`${owner}/file`, "r");
      fs.writeFileSync(`${replacer}/new`, `round ${round}`);
      fs.renameSync(`${replacer}/new`, `${replacer}/file`);
      assert.equal(readAll(fd), `round ${round - 1}`);
      for (const place of places) assert.equal(fs.readFileSync(`${place}/file`, "latin1"), `round ${round}`);
      fs.closeSync(fd);
    }
  },
};
