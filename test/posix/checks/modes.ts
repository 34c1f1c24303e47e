import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser, BOB, CAROL } from "../../support/as-user.ts";
import { mknod } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, modeOf, moves, refuses, withFile } from "../facts.ts";

const { S_IFIFO, O_RDWR } = fs.constants;

/** @returns The path of a file with this owner, group and mode. */
function owned(path: string, uid: number, gid: number, mode: number): string {
  make(path, "text");
  fs.chownSync(path, uid, gid);
  fs.chmodSync(path, mode);
  return path;
}

export const modeChecks: Checks = {
  "chmod sets each of the twelve bits": (dir) => {
    make(`${dir}/file`);
    for (let bit = 0; bit < 12; bit++) {
      fs.chmodSync(`${dir}/file`, 1 << bit);
      assert.equal(modeOf(`${dir}/file`), 1 << bit);
    }
  },
  "chmod works on directories and fifos": (dir) => {
    makeDirectory(`${dir}/directory`);
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    fs.chmodSync(`${dir}/directory`, 0o1751);
    fs.chmodSync(`${dir}/fifo`, 0o600);
    assert.deepEqual([modeOf(`${dir}/directory`), modeOf(`${dir}/fifo`)], [0o1751, 0o600]);
  },
  "chmod follows a symlink": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    fs.chmodSync(`${dir}/link`, 0o600);
    assert.equal(modeOf(`${dir}/file`), 0o600);
    assert.equal(modeOf(`${dir}/link`), 0o777);
  },
  "chmod moves ctime only": (dir) => {
    make(`${dir}/file`);
    moves(`${dir}/file`, ["ctime"], () => fs.chmodSync(`${dir}/file`, 0o600));
  },
  "fchmod works on an open file": (dir) =>
    withFile(make(`${dir}/file`), "r", (fd) => {
      fs.fchmodSync(fd, 0o604);
      assert.equal(modeOf(`${dir}/file`), 0o604);
    }),
  "the owner may chmod, another user may not": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o644);
    asUser(ALICE, () => fs.chmodSync(file, 0o666));
    moves(file, [], () => refuses("EPERM", () => asUser(BOB, () => fs.chmodSync(file, 0o600))));
    assert.equal(modeOf(file), 0o666);
  },
  "a descriptor opened before chmod can still be used": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o644);
    asUser(ALICE, () =>
      withFile(file, O_RDWR, (fd) => {
        fs.chmodSync(file, 0);
        fs.writeSync(fd, "more");
        assert.equal(fs.fstatSync(fd).size, 4);
      }),
    );
  },
  "chmod by an owner outside the file's group drops setgid": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, BOB.gid, 0o755);
    asUser(ALICE, () => fs.chmodSync(file, 0o2755));
    assert.equal(modeOf(file), 0o755);
  },
  "chmod by an owner inside the file's group keeps setgid": (dir) => {
    const file = owned(`${dir}/file`, CAROL.uid, ALICE.gid, 0o755);
    asUser(CAROL, () => fs.chmodSync(file, 0o2755));
    assert.equal(modeOf(file), 0o2755);
  },
  "chown by root sets user and group": (dir) => {
    make(`${dir}/file`);
    fs.chownSync(`${dir}/file`, 1234, 4321);
    const { uid, gid } = fs.lstatSync(`${dir}/file`);
    assert.deepEqual([uid, gid], [1234, 4321]);
  },
  "chown keeps large ids": (dir) => {
    make(`${dir}/file`);
    fs.chownSync(`${dir}/file`, 4_000_000_000, 4_294_967_294);
    const { uid, gid } = fs.lstatSync(`${dir}/file`);
    assert.deepEqual([uid, gid], [4_000_000_000, 4_294_967_294]);
  },
  "chown with -1 leaves the user or the group": (dir) => {
    const file = owned(`${dir}/file`, 10, 20, 0o644);
    fs.chownSync(file, 11, -1);
    fs.chownSync(file, -1, 21);
    const { uid, gid } = fs.lstatSync(file);
    assert.deepEqual([uid, gid], [11, 21]);
  },
  "chown moves ctime only": (dir) => {
    make(`${dir}/file`);
    moves(`${dir}/file`, ["ctime"], () => fs.chownSync(`${dir}/file`, 10, 20));
  },
  "lchown changes the symlink, chown its target": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    fs.lchownSync(`${dir}/link`, 10, 20);
    fs.chownSync(`${dir}/link`, 30, 40);
    assert.equal(fs.lstatSync(`${dir}/link`).uid, 10);
    assert.equal(fs.lstatSync(`${dir}/file`).uid, 30);
  },
  "fchown works on an open file": (dir) =>
    withFile(make(`${dir}/file`), "r", (fd) => {
      fs.fchownSync(fd, 10, 20);
      assert.equal(fs.lstatSync(`${dir}/file`).gid, 20);
    }),
  "the owner may give the file to a group of hers": (dir) => {
    const file = owned(`${dir}/file`, CAROL.uid, CAROL.gid, 0o644);
    asUser(CAROL, () => fs.chownSync(file, -1, ALICE.gid));
    assert.equal(fs.lstatSync(file).gid, ALICE.gid);
  },
  "the owner may not give the file to another group or user": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o644);
    refuses("EPERM", () => asUser(ALICE, () => fs.chownSync(file, -1, BOB.gid)));
    refuses("EPERM", () => asUser(ALICE, () => fs.chownSync(file, BOB.uid, -1)));
  },
  "chown by the owner drops setuid and setgid": (dir) => {
    const file = owned(`${dir}/file`, CAROL.uid, CAROL.gid, 0o6755);
    asUser(CAROL, () => fs.chownSync(file, -1, ALICE.gid));
    assert.equal(modeOf(file), 0o755);
  },
  "chown by root drops setuid and setgid of a file": (dir) => {
    const file = owned(`${dir}/file`, 10, 20, 0o6755);
    fs.chownSync(file, 11, 21);
    assert.equal(modeOf(file), 0o755);
  },
  "chown keeps setgid of a directory": (dir) => {
    makeDirectory(`${dir}/directory`, 0o2755);
    fs.chownSync(`${dir}/directory`, 10, 20);
    assert.equal(modeOf(`${dir}/directory`), 0o2755);
  },
  "write by a user drops setuid and setgid": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o6777);
    asUser(BOB, () => withFile(file, O_RDWR, (fd) => fs.writeSync(fd, "x")));
    assert.equal(modeOf(file), 0o777);
  },
  "truncation by a user drops setuid and setgid": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o6777);
    asUser(BOB, () => fs.truncateSync(file, 1));
    assert.equal(modeOf(file), 0o777);
  },
  "write by root keeps setuid and setgid": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o6755);
    withFile(file, O_RDWR, (fd) => fs.writeSync(fd, "x"));
    assert.equal(modeOf(file), 0o6755);
  },
  "write by a user keeps setgid where the group may not execute": (dir) => {
    const file = owned(`${dir}/file`, ALICE.uid, ALICE.gid, 0o2767);
    fs.chmodSync(file, 0o2667);
    asUser(ALICE, () => withFile(file, O_RDWR, (fd) => fs.writeSync(fd, "x")));
    assert.equal(modeOf(file), 0o2667);
  },
};
