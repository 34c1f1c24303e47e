import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser, BOB, CAROL, type User } from "../../support/as-user.ts";
import { link, rename } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { isThere, make, makeDirectory, modeOf, namesIn, refuses, textOf, withUmask } from "../facts.ts";

const { O_RDONLY, O_WRONLY } = fs.constants;

function owned(path: string, user: User, mode: number): string {
  fs.chownSync(make(path, "text"), user.uid, user.gid);
  fs.chmodSync(path, mode);
  return path;
}

function mayOpen(user: User, path: string, flags: number): boolean {
  try {
    asUser(user, () => fs.closeSync(fs.openSync(path, flags)));
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EACCES");
    return false;
  }
}

/** A directory with the sticky bit, as /tmp, that belongs to root. */
const sticky = (dir: string): string => makeDirectory(`${dir}/sticky`, 0o1777);

/** A directory of Carol's with setgid that belongs to Alice's group. */
function groupDirectory(dir: string): string {
  const path = makeDirectory(`${dir}/group`);
  fs.chownSync(path, CAROL.uid, ALICE.gid);
  fs.chmodSync(path, 0o2777);
  return path;
}

export const permissionChecks: Checks = {
  "the owner's, the group's and the others' bits count for them alone": (dir) => {
    const who = { owner: ALICE, group: CAROL, other: BOB } as const;
    const cases = [
      [0o400, "owner"],
      [0o040, "group"],
      [0o004, "other"],
    ] as const;
    for (const [mode, allowed] of cases) {
      const file = owned(`${dir}/file-${allowed}`, ALICE, mode);
      for (const [name, user] of Object.entries(who)) {
        assert.equal(mayOpen(user, file, O_RDONLY), name === allowed, `${name} reads mode ${mode.toString(8)}`);
        assert.equal(mayOpen(user, file, O_WRONLY), false);
      }
    }
  },
  "write permission does not give read permission": (dir) => {
    const file = owned(`${dir}/file`, ALICE, 0o222);
    assert.equal(mayOpen(BOB, file, O_WRONLY), true);
    assert.equal(mayOpen(BOB, file, O_RDONLY), false);
  },
  "root opens a file of mode 0": (dir) => assert.equal(textOf(owned(`${dir}/file`, ALICE, 0)), "text"),
  "a directory without read permission cannot be listed, but names in it are reached": (dir) => {
    make(`${makeDirectory(`${dir}/d`)}/file`, "text");
    fs.chmodSync(`${dir}/d`, 0o711);
    refuses("EACCES", () => asUser(BOB, () => fs.readdirSync(`${dir}/d`)));
    assert.equal(
      asUser(BOB, () => textOf(`${dir}/d/file`)),
      "text",
    );
  },
  "a directory without search permission can be listed, but names in it are not reached": (dir) => {
    make(`${makeDirectory(`${dir}/d`)}/file`, "text");
    fs.chmodSync(`${dir}/d`, 0o744);
    assert.deepEqual(
      asUser(BOB, () => fs.readdirSync(`${dir}/d`)),
      ["file"],
    );
    refuses("EACCES", () => asUser(BOB, () => textOf(`${dir}/d/file`)));
  },
  "what one user read from a cache another may still not read": (dir) => {
    const path = makeDirectory(`${dir}/d`);
    const file = owned(`${path}/file`, ALICE, 0o600);
    fs.chownSync(path, ALICE.uid, ALICE.gid);
    fs.chmodSync(path, 0o700);
    assert.equal(
      asUser(ALICE, () => textOf(file)),
      "text",
    );
    refuses("EACCES", () => asUser(BOB, () => textOf(file)));
    refuses("EACCES", () => asUser(BOB, () => fs.statSync(file)));
  },
  "chmod counts at the next open": (dir) => {
    const file = owned(`${dir}/file`, ALICE, 0o600);
    assert.equal(mayOpen(BOB, file, O_RDONLY), false);
    fs.chmodSync(file, 0o644);
    assert.equal(mayOpen(BOB, file, O_RDONLY), true);
    fs.chmodSync(file, 0o600);
    assert.equal(mayOpen(BOB, file, O_RDONLY), false);
  },
  "a user may unlink another's file in a directory that she may write": (dir) => {
    const file = owned(`${dir}/file`, ALICE, 0o600);
    asUser(BOB, () => fs.unlinkSync(file));
    assert.ok(!isThere(file));
  },
  "in a sticky directory only the owner unlinks a file": (dir) => {
    const file = owned(`${sticky(dir)}/file`, ALICE, 0o666);
    refuses("EPERM", () => asUser(BOB, () => fs.unlinkSync(file)));
    asUser(ALICE, () => fs.unlinkSync(file));
    assert.ok(!isThere(file));
  },
  "in a sticky directory only the owner removes a directory": (dir) => {
    const path = makeDirectory(`${sticky(dir)}/d`);
    fs.chownSync(path, ALICE.uid, ALICE.gid);
    refuses("EPERM", () => asUser(BOB, () => fs.rmdirSync(path)));
    asUser(ALICE, () => fs.rmdirSync(path));
  },
  "in a sticky directory only the owner renames a file away": (dir) => {
    const file = owned(`${sticky(dir)}/file`, ALICE, 0o666);
    refuses("EPERM", () => asUser(BOB, () => rename(file, `${dir}/stolen`)));
    asUser(ALICE, () => rename(file, `${dir}/moved`));
    assert.ok(isThere(`${dir}/moved`));
  },
  "in a sticky directory only the owner's file is replaced by rename": (dir) => {
    const [mine, hers] = [owned(`${sticky(dir)}/mine`, BOB, 0o666), owned(`${dir}/sticky/hers`, ALICE, 0o666)];
    refuses("EPERM", () => asUser(BOB, () => rename(mine, hers)));
    assert.deepEqual(namesIn(`${dir}/sticky`), ["hers", "mine"]);
  },
  "the owner of a sticky directory unlinks whatever is in it": (dir) => {
    const file = owned(`${sticky(dir)}/file`, ALICE, 0o666);
    fs.chownSync(`${dir}/sticky`, BOB.uid, BOB.gid);
    asUser(BOB, () => fs.unlinkSync(file));
    assert.ok(!isThere(file));
  },
  "moving a directory to another parent needs write permission on it": (dir) => {
    makeDirectory(`${dir}/from`, 0o777);
    makeDirectory(`${dir}/to`, 0o777);
    makeDirectory(`${dir}/from/d`, 0o755);
    refuses("EACCES", () => asUser(BOB, () => rename(`${dir}/from/d`, `${dir}/to/d`)));
    asUser(BOB, () => rename(`${dir}/from/d`, `${dir}/from/renamed`));
  },
  "a file made in a setgid directory gets the directory's group": (dir) => {
    const path = groupDirectory(dir);
    asUser(BOB, () => fs.writeFileSync(`${path}/file`, ""));
    const { uid, gid } = fs.lstatSync(`${path}/file`);
    assert.deepEqual([uid, gid], [BOB.uid, ALICE.gid]);
  },
  "a directory made in a setgid directory gets its group and setgid": (dir) => {
    const path = groupDirectory(dir);
    withUmask(0o022, () => asUser(CAROL, () => fs.mkdirSync(`${path}/d`, 0o777)));
    assert.equal(fs.lstatSync(`${path}/d`).gid, ALICE.gid);
    assert.equal(modeOf(`${path}/d`), 0o2755);
  },
  "a symlink made in a setgid directory gets the directory's group": (dir) => {
    const path = groupDirectory(dir);
    asUser(BOB, () => fs.symlinkSync("nothing", `${path}/link`));
    assert.equal(fs.lstatSync(`${path}/link`).gid, ALICE.gid);
  },
  "a user outside the group makes no setgid program in a setgid directory": (dir) => {
    const path = groupDirectory(dir);
    withUmask(0, () => asUser(BOB, () => fs.closeSync(fs.openSync(`${path}/file`, "w", 0o2775))));
    assert.equal(modeOf(`${path}/file`), 0o775);
  },
  "a user inside the group makes a setgid program in a setgid directory": (dir) => {
    const path = groupDirectory(dir);
    withUmask(0, () => asUser(CAROL, () => fs.closeSync(fs.openSync(`${path}/file`, "w", 0o2775))));
    assert.equal(modeOf(`${path}/file`), 0o2775);
  },
  "a link to another's file needs no permission on it where hard links are not protected, else it says EPERM": (
    dir,
  ) => {
    const file = owned(`${dir}/file`, ALICE, 0o600);
    const isProtected = fs.readFileSync("/proc/sys/fs/protected_hardlinks", "latin1").trim() === "1";
    if (isProtected) refuses("EPERM", () => asUser(BOB, () => link(file, `${dir}/link`)));
    else asUser(BOB, () => link(file, `${dir}/link`));
  },
  "access tells root's and others' rights": (dir) => {
    const file = owned(`${dir}/file`, ALICE, 0o600);
    fs.accessSync(file, fs.constants.R_OK | fs.constants.W_OK);
    refuses("EACCES", () => fs.accessSync(file, fs.constants.X_OK));
  },
};
