import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser, BOB } from "../../support/as-user.ts";
import { AT_SYMLINK_NOFOLLOW, setTimes, truncate, UTIME_NOW, UTIME_OMIT } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, moves, pause, refuses, stat, withFile } from "../facts.ts";

const BILLION = 1_000_000_000n;
const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
const isNow = (time: bigint): boolean => time > nowNs() - 5n * BILLION && time < nowNs() + 5n * BILLION;
const at = (sec: number, nsec = 0) => ({ sec, nsec });
const NOW = at(0, UTIME_NOW);
const OMIT = at(0, UTIME_OMIT);

function writable(path: string, mode: number): string {
  fs.chownSync(make(path, "text"), ALICE.uid, ALICE.gid);
  fs.chmodSync(path, mode);
  return path;
}

export const timeChecks: Checks = {
  "utimensat sets atime and mtime apart, to the nanosecond": (dir) => {
    setTimes(make(`${dir}/file`), [at(1_000_000_001, 123_456_789), at(1_000_000_002, 987_654_321)]);
    const { atimeNs, mtimeNs } = stat(`${dir}/file`);
    assert.deepEqual([atimeNs, mtimeNs], [1_000_000_001_123_456_789n, 1_000_000_002_987_654_321n]);
  },
  "utimensat moves ctime to now": (dir) => {
    make(`${dir}/file`);
    const before = stat(`${dir}/file`).ctimeNs;
    pause();
    setTimes(`${dir}/file`, [at(1), at(2)]);
    assert.ok(stat(`${dir}/file`).ctimeNs > before);
    assert.ok(isNow(stat(`${dir}/file`).ctimeNs));
  },
  "utimensat without times sets both to now": (dir) => {
    setTimes(make(`${dir}/file`), [at(1), at(2)]);
    setTimes(`${dir}/file`);
    assert.ok(isNow(stat(`${dir}/file`).atimeNs) && isNow(stat(`${dir}/file`).mtimeNs));
  },
  "UTIME_OMIT leaves atime or mtime": (dir) => {
    setTimes(make(`${dir}/file`), [at(1, 5), at(2, 6)]);
    setTimes(`${dir}/file`, [at(3, 7), OMIT]);
    assert.deepEqual([stat(`${dir}/file`).atimeNs, stat(`${dir}/file`).mtimeNs], [3_000_000_007n, 2_000_000_006n]);
    setTimes(`${dir}/file`, [OMIT, at(4, 8)]);
    assert.deepEqual([stat(`${dir}/file`).atimeNs, stat(`${dir}/file`).mtimeNs], [3_000_000_007n, 4_000_000_008n]);
  },
  "UTIME_OMIT for both changes nothing, not even ctime": (dir) => {
    make(`${dir}/file`);
    moves(`${dir}/file`, [], () => setTimes(`${dir}/file`, [OMIT, OMIT]));
  },
  "UTIME_NOW sets one of the two to now": (dir) => {
    setTimes(make(`${dir}/file`), [at(1), at(2)]);
    setTimes(`${dir}/file`, [OMIT, NOW]);
    assert.equal(stat(`${dir}/file`).atimeNs, BILLION);
    assert.ok(isNow(stat(`${dir}/file`).mtimeNs));
    setTimes(`${dir}/file`, [NOW, at(5)]);
    assert.ok(isNow(stat(`${dir}/file`).atimeNs));
    assert.equal(stat(`${dir}/file`).mtimeNs, 5n * BILLION);
  },
  "utimensat says EINVAL for a billion nanoseconds": (dir) => {
    make(`${dir}/file`);
    refuses("EINVAL", () => setTimes(`${dir}/file`, [at(1, 1_000_000_000), at(2)]));
  },
  "times before 1970 and after 2038 are kept": (dir) => {
    setTimes(make(`${dir}/file`), [at(-1, 500_000_000), at(5_000_000_000)]);
    const { atimeNs, mtimeNs } = stat(`${dir}/file`);
    assert.deepEqual([atimeNs, mtimeNs], [-500_000_000n, 5n * BILLION * BILLION]);
  },
  "utimensat dates a symlink itself when told to": (dir) => {
    make(`${dir}/file`);
    fs.symlinkSync("file", `${dir}/link`);
    setTimes(`${dir}/file`, [at(1), at(2)]);
    setTimes(`${dir}/link`, [at(3), at(4)], AT_SYMLINK_NOFOLLOW);
    assert.equal(stat(`${dir}/link`).mtimeNs, 4n * BILLION);
    assert.equal(stat(`${dir}/file`).mtimeNs, 2n * BILLION);
  },
  "utimensat works on directories": (dir) => {
    setTimes(makeDirectory(`${dir}/directory`), [at(1), at(2)]);
    assert.equal(stat(`${dir}/directory`).mtimeNs, 2n * BILLION);
  },
  "futimens works on an open file": (dir) =>
    withFile(make(`${dir}/file`), "r", (fd) => {
      fs.futimesSync(fd, 1, 2);
      assert.equal(stat(`${dir}/file`).mtimeNs, 2n * BILLION);
    }),
  "only the owner sets chosen times": (dir) => {
    const file = writable(`${dir}/file`, 0o666);
    asUser(ALICE, () => setTimes(file, [at(1), at(2)]));
    refuses("EPERM", () => asUser(BOB, () => setTimes(file, [at(3), at(4)])));
    assert.equal(stat(file).mtimeNs, 2n * BILLION);
  },
  "who may write sets the times to now": (dir) => {
    const file = writable(`${dir}/file`, 0o666);
    setTimes(file, [at(1), at(2)]);
    asUser(BOB, () => setTimes(file));
    assert.ok(isNow(stat(file).mtimeNs));
  },
  "who may not write sets no times": (dir) => {
    const file = writable(`${dir}/file`, 0o644);
    refuses("EACCES", () => asUser(BOB, () => setTimes(file)));
    refuses(["EPERM", "EACCES"], () => asUser(BOB, () => setTimes(file, [NOW, at(5)])));
  },
  "UTIME_NOW for one and UTIME_OMIT for the other is for the owner": (dir) => {
    const file = writable(`${dir}/file`, 0o666);
    asUser(ALICE, () => setTimes(file, [OMIT, NOW]));
    refuses("EPERM", () => asUser(BOB, () => setTimes(file, [OMIT, NOW])));
  },
  "write moves mtime and ctime": (dir) => {
    make(`${dir}/file`, "text");
    moves(`${dir}/file`, ["mtime", "ctime"], () => withFile(`${dir}/file`, "r+", (fd) => fs.writeSync(fd, "x")));
  },
  "a write is dated before close, as fstat tells": (dir) =>
    withFile(make(`${dir}/file`, "text"), "r+", (fd) => {
      const before = fs.fstatSync(fd, { bigint: true }).mtimeNs;
      pause();
      fs.writeSync(fd, "x");
      assert.ok(fs.fstatSync(fd, { bigint: true }).mtimeNs > before);
    }),
  "a write of no bytes moves nothing": (dir) => {
    make(`${dir}/file`, "text");
    moves(`${dir}/file`, [], () => withFile(`${dir}/file`, "r+", (fd) => fs.writeSync(fd, Buffer.alloc(0))));
  },
  "read moves neither mtime nor ctime": (dir) => {
    make(`${dir}/file`, "text");
    moves(`${dir}/file`, [], () => fs.readFileSync(`${dir}/file`));
  },
  "chosen times stay when the file is read, linked and renamed": (dir) => {
    setTimes(make(`${dir}/file`, "text"), [at(1), at(2, 3)]);
    fs.readFileSync(`${dir}/file`);
    fs.linkSync(`${dir}/file`, `${dir}/link`);
    fs.renameSync(`${dir}/link`, `${dir}/renamed`);
    assert.equal(stat(`${dir}/renamed`).mtimeNs, 2_000_000_003n);
  },
  "chosen times set on an open file that was written stay after close": (dir) => {
    withFile(`${dir}/file`, "w", (fd) => {
      fs.writeSync(fd, "text");
      fs.futimesSync(fd, 1, 2);
    });
    assert.equal(stat(`${dir}/file`).mtimeNs, 2n * BILLION);
  },
  "truncate to another size moves mtime and ctime": (dir) => {
    make(`${dir}/file`, "text");
    moves(`${dir}/file`, ["mtime", "ctime"], () => truncate(`${dir}/file`, 2));
  },
  "a new file is dated now, also its birth": (dir) => {
    make(`${dir}/file`, "text");
    const { atimeNs, mtimeNs, ctimeNs, birthtimeNs } = stat(`${dir}/file`);
    for (const time of [atimeNs, mtimeNs, ctimeNs, birthtimeNs]) assert.ok(isNow(time), String(time));
  },
  "birth time stays when the file changes": (dir) => {
    const { birthtimeNs } = stat(make(`${dir}/file`, "text"));
    pause();
    fs.appendFileSync(`${dir}/file`, "more");
    fs.renameSync(`${dir}/file`, `${dir}/renamed`);
    assert.equal(stat(`${dir}/renamed`).birthtimeNs, birthtimeNs);
  },
};
