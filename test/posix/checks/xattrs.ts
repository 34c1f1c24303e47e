import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser, BOB } from "../../support/as-user.ts";
import { link, rename } from "../../support/system.ts";
import {
  getXattr,
  listXattrs,
  removeXattr,
  setXattr,
  XATTR_CREATE,
  XATTR_REPLACE,
  xattrSize,
} from "../../support/system-xattrs.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, moves, refuses } from "../facts.ts";

const textOfXattr = (path: string, name: string): string => getXattr(path, name).toString("latin1");

function alices(path: string, mode: number): string {
  fs.chownSync(make(path), ALICE.uid, ALICE.gid);
  fs.chmodSync(path, mode);
  return path;
}

export const xattrChecks: Checks = {
  "an xattr is kept as set": (dir) => {
    setXattr(make(`${dir}/file`), "user.name", "value");
    assert.equal(textOfXattr(`${dir}/file`, "user.name"), "value");
    assert.deepEqual(listXattrs(`${dir}/file`), ["user.name"]);
  },
  "a value of any bytes is kept, an empty one too": (dir) => {
    const value = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    make(`${dir}/file`);
    setXattr(`${dir}/file`, "user.bytes", value);
    setXattr(`${dir}/file`, "user.empty", "");
    assert.ok(getXattr(`${dir}/file`, "user.bytes").equals(value));
    assert.equal(xattrSize(`${dir}/file`, "user.empty"), 0);
    assert.deepEqual(listXattrs(`${dir}/file`).sort(), ["user.bytes", "user.empty"]);
  },
  "a value of 2,000 bytes is kept": (dir) => {
    setXattr(make(`${dir}/file`), "user.large", "v".repeat(2000));
    assert.equal(textOfXattr(`${dir}/file`, "user.large"), "v".repeat(2000));
  },
  "a second set replaces the value": (dir) => {
    make(`${dir}/file`);
    setXattr(`${dir}/file`, "user.name", "a longer value than the next");
    setXattr(`${dir}/file`, "user.name", "short");
    assert.equal(textOfXattr(`${dir}/file`, "user.name"), "short");
  },
  "XATTR_CREATE says EEXIST, XATTR_REPLACE says ENODATA": (dir) => {
    make(`${dir}/file`);
    refuses("ENODATA", () => setXattr(`${dir}/file`, "user.name", "value", XATTR_REPLACE));
    setXattr(`${dir}/file`, "user.name", "value", XATTR_CREATE);
    refuses("EEXIST", () => setXattr(`${dir}/file`, "user.name", "other", XATTR_CREATE));
    setXattr(`${dir}/file`, "user.name", "replaced", XATTR_REPLACE);
    assert.equal(textOfXattr(`${dir}/file`, "user.name"), "replaced");
  },
  "getxattr and removexattr say ENODATA for what is not there": (dir) => {
    make(`${dir}/file`);
    refuses("ENODATA", () => getXattr(`${dir}/file`, "user.missing"));
    refuses("ENODATA", () => removeXattr(`${dir}/file`, "user.missing"));
  },
  "removexattr takes one away and leaves the others": (dir) => {
    make(`${dir}/file`);
    for (const name of ["user.a", "user.b", "user.c"]) setXattr(`${dir}/file`, name, name);
    removeXattr(`${dir}/file`, "user.b");
    assert.deepEqual(listXattrs(`${dir}/file`).sort(), ["user.a", "user.c"]);
  },
  "getxattr tells the size, and says ERANGE for a buffer that is too small": (dir) => {
    setXattr(make(`${dir}/file`), "user.name", "value");
    assert.equal(xattrSize(`${dir}/file`, "user.name"), 5);
    refuses("ERANGE", () => getXattr(`${dir}/file`, "user.name", 4));
    assert.equal(getXattr(`${dir}/file`, "user.name", 5).length, 5);
  },
  "a name of 255 bytes is kept, one of 256 says ERANGE": (dir) => {
    make(`${dir}/file`);
    const name = `user.${"n".repeat(250)}`;
    setXattr(`${dir}/file`, name, "value");
    assert.equal(textOfXattr(`${dir}/file`, name), "value");
    refuses("ERANGE", () => setXattr(`${dir}/file`, `${name}n`, "value"));
  },
  "a value of more than 64 KiB says E2BIG": (dir) => {
    make(`${dir}/file`);
    refuses("E2BIG", () => setXattr(`${dir}/file`, "user.large", Buffer.alloc(65_537)));
  },
  "names without a known namespace say EOPNOTSUPP": (dir) => {
    make(`${dir}/file`);
    refuses("EOPNOTSUPP", () => setXattr(`${dir}/file`, "nonsense.name", "value"));
  },
  "directories have xattrs": (dir) => {
    setXattr(makeDirectory(`${dir}/directory`), "user.name", "value");
    assert.equal(textOfXattr(`${dir}/directory`, "user.name"), "value");
  },
  "symlinks have no user xattrs, but trusted ones": (dir) => {
    fs.symlinkSync("nothing", `${dir}/link`);
    refuses("EPERM", () => setXattr(`${dir}/link`, "user.name", "value"));
    setXattr(`${dir}/link`, "trusted.name", "value");
    assert.equal(textOfXattr(`${dir}/link`, "trusted.name"), "value");
  },
  "trusted xattrs are root's": (dir) => {
    const file = alices(`${dir}/file`, 0o644);
    setXattr(file, "trusted.name", "value");
    refuses("EPERM", () => asUser(ALICE, () => setXattr(file, "trusted.other", "value")));
    refuses("ENODATA", () => asUser(ALICE, () => getXattr(file, "trusted.name")));
  },
  "who may not write sets no xattr, who may not read gets none": (dir) => {
    const file = alices(`${dir}/file`, 0o644);
    asUser(ALICE, () => setXattr(file, "user.name", "value"));
    refuses("EACCES", () => asUser(BOB, () => setXattr(file, "user.name", "other")));
    assert.equal(
      asUser(BOB, () => textOfXattr(file, "user.name")),
      "value",
    );
    fs.chmodSync(file, 0o600);
    refuses("EACCES", () => asUser(BOB, () => getXattr(file, "user.name")));
  },
  "setxattr and removexattr move ctime only": (dir) => {
    make(`${dir}/file`);
    moves(`${dir}/file`, ["ctime"], () => setXattr(`${dir}/file`, "user.name", "value"));
    moves(`${dir}/file`, ["ctime"], () => removeXattr(`${dir}/file`, "user.name"));
  },
  "xattrs follow the file through link and rename": (dir) => {
    setXattr(make(`${dir}/file`), "user.name", "value");
    link(`${dir}/file`, `${dir}/second`);
    rename(`${dir}/file`, `${dir}/renamed`);
    assert.equal(textOfXattr(`${dir}/renamed`, "user.name"), "value");
    assert.equal(textOfXattr(`${dir}/second`, "user.name"), "value");
  },
  "50 xattrs are all listed": (dir) => {
    make(`${dir}/file`);
    const names = Array.from({ length: 50 }, (_, at) => `user.name-${String(at).padStart(2, "0")}`);
    for (const name of names) setXattr(`${dir}/file`, name, name);
    assert.deepEqual(listXattrs(`${dir}/file`).sort(), names);
  },
  "a new file has no xattrs, though the name had some before": (dir) => {
    setXattr(make(`${dir}/file`), "user.name", "value");
    fs.unlinkSync(`${dir}/file`);
    make(`${dir}/file`);
    assert.deepEqual(listXattrs(`${dir}/file`), []);
  },
  "a file lists no xattr that nobody set": (dir) => {
    make(`${dir}/file`);
    assert.deepEqual(
      listXattrs(`${dir}/file`, (name) => !name.startsWith("security.")),
      [],
    );
  },
};
