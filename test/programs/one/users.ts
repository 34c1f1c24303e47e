import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, BOB, type User } from "../../support/as-user.ts";
import { shell, tryRun } from "../../support/run.ts";
import type { Programs } from "../program.ts";

const as = ({ uid, gid }: User, cwd: string, script: string): Promise<string> => shell(script, { uid, gid, cwd });
const mayNot = async ({ uid, gid }: User, cwd: string, script: string): Promise<void> => {
  const { status, stderr } = await tryRun(["sh", "-euc", script], { uid, gid, cwd });
  assert.notEqual(status, 0, `${script} should have been refused`);
  assert.match(stderr, /[Pp]ermission denied|not permitted/);
};

export const userPrograms: Programs = {
  "two users each keep their private files from the other": {
    run: async (dir) => {
      await as(ALICE, dir, "umask 077; mkdir alice; echo secret >alice/file; ln -s alice/file link; chmod 711 alice");
      await as(BOB, dir, "umask 022; mkdir bob; echo open >bob/file; chmod 1777 bob");
      await mayNot(BOB, dir, "cat alice/file");
      await mayNot(BOB, dir, "cat link");
      await mayNot(BOB, dir, "ls alice");
      await mayNot(BOB, dir, "chmod 777 alice");
      assert.equal(await as(ALICE, dir, "cat bob/file; echo hers >bob/alices"), "open\n");
      await mayNot(ALICE, dir, "echo more >>bob/file");
      await mayNot(ALICE, dir, "rm -f bob/file");
      await mayNot(BOB, `${dir}/bob`, "mkdir mine; mv -T mine ../alice/mine");
      assert.equal(fs.statSync(`${dir}/bob/alices`).uid, ALICE.uid);
    },
  },
  "two users work in one directory of a group": {
    run: async (dir) => {
      fs.mkdirSync(`${dir}/shared`);
      fs.chownSync(`${dir}/shared`, 0, 65_300);
      fs.chmodSync(`${dir}/shared`, 0o2770);
      const member = (user: User): User => ({ ...user, gid: 65_300 });
      await as(member(ALICE), `${dir}/shared`, "umask 002; echo alice >file; mkdir below");
      await as(member(BOB), `${dir}/shared`, "umask 002; echo bob >>file; echo bob >below/file; mv file below/moved");
      await mayNot(BOB, dir, "ls shared");
      assert.equal(await as(member(ALICE), `${dir}/shared`, "cat below/moved; rm below/file"), "alice\nbob\n");
      assert.equal(fs.statSync(`${dir}/shared/below/moved`).gid, 65_300);
      assert.equal(fs.statSync(`${dir}/shared/below`).mode & 0o7777, 0o2775);
    },
  },
  "a setuid program runs with its owner's rights, unless a user has written to it": {
    run: async (dir) => {
      fs.copyFileSync("/usr/bin/id", `${dir}/id`);
      fs.chownSync(`${dir}/id`, BOB.uid, BOB.gid);
      fs.chmodSync(`${dir}/id`, 0o4777);
      const whoRuns = async (): Promise<string> => (await as(ALICE, dir, "./id -u")).trim();
      // fusermount's nosuid would hide it: then the program runs as its caller, and the bit is all there is to see.
      const before = await whoRuns();
      assert.ok(before === String(BOB.uid) || before === String(ALICE.uid));
      await as(ALICE, dir, "cat id >copy; cat copy >id");
      assert.equal(fs.statSync(`${dir}/id`).mode & 0o7777, 0o777);
      assert.equal(await whoRuns(), String(ALICE.uid));
    },
  },
};
