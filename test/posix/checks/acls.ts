import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser, BOB, CAROL } from "../../support/as-user.ts";
import { type AclEntry, aclName, getAcl, setAcl } from "../../support/posix-acl.ts";
import { getXattr, removeXattr, setXattr } from "../../support/system-xattrs.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, modeOf, moves, refuses, textOf, withUmask } from "../facts.ts";

/** An ACL with one user and a mask beside the three classes of a mode. */
const withUser = (uid: number, allows: number, mask = 7, others = 0): AclEntry[] => [
  { tag: "owner", allows: 6 },
  { tag: "user", allows, id: uid },
  { tag: "group", allows: 0 },
  { tag: "mask", allows: mask },
  { tag: "other", allows: others },
];

const withGroup = (gid: number, allows: number): AclEntry[] => [
  { tag: "owner", allows: 6 },
  { tag: "group", allows: 0 },
  { tag: "named-group", allows, id: gid },
  { tag: "mask", allows: 7 },
  { tag: "other", allows: 0 },
];

const three = (owner: number, group: number, other: number): AclEntry[] => [
  { tag: "owner", allows: owner },
  { tag: "group", allows: group },
  { tag: "other", allows: other },
];

export const aclChecks: Checks = {
  "an ACL is kept as set": (dir) => {
    setAcl(make(`${dir}/file`), "access", withUser(BOB.uid, 4, 6));
    assert.deepEqual(getAcl(`${dir}/file`, "access"), withUser(BOB.uid, 4, 6));
  },
  "an ACL lets a named user read": (dir) => {
    const file = make(`${dir}/file`, "text", 0o600);
    refuses("EACCES", () => asUser(BOB, () => textOf(file)));
    setAcl(file, "access", withUser(BOB.uid, 4));
    assert.equal(
      asUser(BOB, () => textOf(file)),
      "text",
    );
    refuses("EACCES", () => asUser(ALICE, () => textOf(file)));
    refuses("EACCES", () => asUser(BOB, () => fs.appendFileSync(file, "x")));
  },
  "an ACL lets a named group write": (dir) => {
    const file = make(`${dir}/file`, "text", 0o600);
    setAcl(file, "access", withGroup(ALICE.gid, 6));
    asUser(CAROL, () => fs.appendFileSync(file, "!"));
    assert.equal(textOf(file), "text!");
    refuses("EACCES", () => asUser(BOB, () => textOf(file)));
  },
  "an ACL may shut one user out": (dir) => {
    const file = make(`${dir}/file`, "text");
    setAcl(file, "access", withUser(BOB.uid, 0, 7, 4));
    refuses("EACCES", () => asUser(BOB, () => textOf(file)));
    assert.equal(
      asUser(ALICE, () => textOf(file)),
      "text",
    );
  },
  "the mask limits named users": (dir) => {
    const file = make(`${dir}/file`, "text");
    setAcl(file, "access", withUser(BOB.uid, 6, 4));
    assert.equal(
      asUser(BOB, () => textOf(file)),
      "text",
    );
    refuses("EACCES", () => asUser(BOB, () => fs.appendFileSync(file, "x")));
  },
  "an ACL's mask is the group bits of the mode, and chmod sets the mask": (dir) => {
    const file = make(`${dir}/file`, "text");
    setAcl(file, "access", withUser(BOB.uid, 6, 6));
    assert.equal(modeOf(file), 0o660);
    fs.chmodSync(file, 0o640);
    assert.deepEqual(getAcl(file, "access"), withUser(BOB.uid, 6, 4));
    refuses("EACCES", () => asUser(BOB, () => fs.appendFileSync(file, "x")));
  },
  "an ACL of the three classes only is the mode": (dir) => {
    const file = make(`${dir}/file`, "text");
    setAcl(file, "access", three(6, 4, 0));
    assert.equal(modeOf(file), 0o640);
    refuses("ENODATA", () => getXattr(file, aclName("access")));
  },
  "removing an ACL leaves the mode": (dir) => {
    const file = make(`${dir}/file`, "text");
    setAcl(file, "access", withUser(BOB.uid, 4, 4));
    removeXattr(file, aclName("access"));
    refuses("ENODATA", () => getXattr(file, aclName("access")));
    refuses("EACCES", () => asUser(BOB, () => fs.appendFileSync(file, "x")));
  },
  "setting an ACL moves ctime": (dir) => {
    make(`${dir}/file`);
    moves(`${dir}/file`, ["ctime"], () => setAcl(`${dir}/file`, "access", withUser(BOB.uid, 4)));
  },
  "an ACL that is no ACL says EINVAL": (dir) => {
    make(`${dir}/file`);
    refuses(["EINVAL", "EOPNOTSUPP"], () => setXattr(`${dir}/file`, aclName("access"), "nonsense"));
  },
  "only the owner sets an ACL": (dir) => {
    fs.chownSync(make(`${dir}/file`), ALICE.uid, ALICE.gid);
    fs.chmodSync(`${dir}/file`, 0o666);
    asUser(ALICE, () => setAcl(`${dir}/file`, "access", withUser(CAROL.uid, 4)));
    refuses("EPERM", () => asUser(BOB, () => setAcl(`${dir}/file`, "access", withUser(BOB.uid, 6))));
  },
  "a default ACL is for directories": (dir) => {
    make(`${dir}/file`);
    refuses("EACCES", () => setAcl(`${dir}/file`, "default", three(7, 5, 5)));
    setAcl(makeDirectory(`${dir}/directory`), "default", three(7, 5, 0));
    assert.deepEqual(getAcl(`${dir}/directory`, "default"), three(7, 5, 0));
  },
  "a new file gets its directory's default ACL, and the umask does not count": (dir) => {
    const path = makeDirectory(`${dir}/directory`, 0o777);
    setAcl(path, "default", withUser(BOB.uid, 6, 6));
    withUmask(0o077, () => fs.writeFileSync(`${path}/file`, "text", { mode: 0o666 }));
    assert.deepEqual(getAcl(`${path}/file`, "access"), withUser(BOB.uid, 6, 6));
    assert.equal(modeOf(`${path}/file`), 0o660);
    asUser(BOB, () => fs.appendFileSync(`${path}/file`, "!"));
  },
  "the mode at creation limits the default ACL's mask": (dir) => {
    const path = makeDirectory(`${dir}/directory`, 0o777);
    setAcl(path, "default", withUser(BOB.uid, 6, 6));
    withUmask(0, () => fs.writeFileSync(`${path}/file`, "text", { mode: 0o600 }));
    assert.equal(modeOf(`${path}/file`), 0o600);
    refuses("EACCES", () => asUser(BOB, () => textOf(`${path}/file`)));
  },
  "a new directory inherits the default ACL as its own default": (dir) => {
    const path = makeDirectory(`${dir}/directory`);
    setAcl(path, "default", withUser(BOB.uid, 7));
    fs.mkdirSync(`${path}/below`);
    assert.deepEqual(getAcl(`${path}/below`, "default"), withUser(BOB.uid, 7));
  },
  "a default ACL of three classes sets the mode of new files": (dir) => {
    const path = makeDirectory(`${dir}/directory`);
    setAcl(path, "default", three(6, 4, 0));
    withUmask(0, () => fs.writeFileSync(`${path}/file`, "", { mode: 0o666 }));
    assert.equal(modeOf(`${path}/file`), 0o640);
  },
  "removing a default ACL ends it": (dir) => {
    const path = makeDirectory(`${dir}/directory`);
    setAcl(path, "default", three(6, 0, 0));
    removeXattr(path, aclName("default"));
    withUmask(0o022, () => fs.writeFileSync(`${path}/file`, "", { mode: 0o666 }));
    assert.equal(modeOf(`${path}/file`), 0o644);
  },
};
