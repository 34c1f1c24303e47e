import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { AT_SYMLINK_FOLLOW, link, mknod, O_PATH, O_TMPFILE, open, openAt } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import {
  isThere,
  linksOf,
  make,
  makeDirectory,
  modeOf,
  moves,
  refuses,
  sameObject,
  sizeOf,
  stat,
  textOf,
  withFile,
  withUmask,
} from "../facts.ts";

const {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  O_SYNC,
  O_DSYNC,
} = fs.constants;
const { S_IFIFO, S_IFSOCK } = fs.constants;
const close = (fd: number): void => fs.closeSync(fd);

/** Runs `body` while a process executes `program`: libuv's spawn returns after exec(2). */
function withRunning(program: string, body: () => void): void {
  const child = spawn(program, ["30"], { stdio: "ignore" });
  try {
    body();
  } finally {
    child.kill("SIGKILL");
  }
}

export const openChecks: Checks = {
  "open with O_CREAT makes an empty file with the mode less the umask": (dir) => {
    withUmask(0o027, () => close(open(`${dir}/file`, O_CREAT | O_WRONLY, 0o777)));
    assert.equal(modeOf(`${dir}/file`), 0o750);
    assert.equal(sizeOf(`${dir}/file`), 0);
    assert.equal(linksOf(`${dir}/file`), 1);
  },
  "open with O_CREAT keeps setuid, setgid and sticky bits of the mode": (dir) => {
    withUmask(0, () => close(open(`${dir}/file`, O_CREAT | O_WRONLY, 0o7755)));
    assert.equal(modeOf(`${dir}/file`), 0o7755);
  },
  "a file that a user makes is that user's": (dir) => {
    asUser(ALICE, () => close(open(`${dir}/file`, O_CREAT | O_WRONLY, 0o644)));
    const { uid, gid } = fs.lstatSync(`${dir}/file`);
    assert.deepEqual({ uid, gid }, { uid: ALICE.uid, gid: ALICE.gid });
  },
  "open that makes a file moves mtime and ctime of the directory": (dir) =>
    moves(dir, ["mtime", "ctime"], () => close(open(`${dir}/file`, O_CREAT | O_WRONLY))),
  "open with O_CREAT of what is there changes neither it nor the directory": (dir) => {
    make(`${dir}/file`, "text", 0o640);
    moves(dir, [], () => moves(`${dir}/file`, [], () => close(open(`${dir}/file`, O_CREAT | O_RDWR, 0o777))));
    assert.equal(modeOf(`${dir}/file`), 0o640);
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "open with O_CREAT and mode 0 gives a descriptor that may be written": (dir) => {
    asUser(ALICE, () => {
      const fd = open(`${dir}/file`, O_CREAT | O_RDWR, 0);
      fs.writeSync(fd, "text");
      close(fd);
    });
    assert.equal(textOf(`${dir}/file`), "text");
    assert.equal(modeOf(`${dir}/file`), 0);
  },
  "open with O_CREAT through a symlink to nothing makes the target": (dir) => {
    fs.symlinkSync("target", `${dir}/link`);
    close(open(`${dir}/link`, O_CREAT | O_WRONLY));
    assert.ok(fs.lstatSync(`${dir}/target`).isFile());
  },
  "open with O_EXCL says EEXIST for a file": (dir) => {
    make(`${dir}/file`);
    refuses("EEXIST", () => open(`${dir}/file`, O_CREAT | O_EXCL | O_WRONLY));
  },
  "open with O_EXCL says EEXIST for a directory": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    refuses("EEXIST", () => open(`${dir}/directory`, O_CREAT | O_EXCL | O_WRONLY));
  },
  "open with O_EXCL says EEXIST for a symlink to nothing": (dir) => {
    fs.symlinkSync("nothing", `${dir}/link`);
    refuses("EEXIST", () => open(`${dir}/link`, O_CREAT | O_EXCL | O_WRONLY));
    assert.ok(!isThere(`${dir}/nothing`));
  },
  "open with O_TRUNC empties a file and moves its mtime and ctime": (dir) => {
    make(`${dir}/file`, "text");
    moves(`${dir}/file`, ["mtime", "ctime"], () => close(open(`${dir}/file`, O_WRONLY | O_TRUNC)));
    assert.equal(sizeOf(`${dir}/file`), 0);
  },
  "open with O_TRUNC empties a file that is open elsewhere": (dir) =>
    withFile(make(`${dir}/file`, "text"), "r", (fd) => {
      close(open(`${dir}/file`, O_WRONLY | O_TRUNC));
      assert.equal(fs.readSync(fd, Buffer.alloc(4)), 0);
    }),
  "open with O_TRUNC says EACCES to who may not write": (dir) => {
    make(`${dir}/file`, "text", 0o444);
    refuses("EACCES", () => asUser(ALICE, () => open(`${dir}/file`, O_RDONLY | O_TRUNC)));
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "O_APPEND writes at the end though another descriptor made the file longer": (dir) => {
    const fd = open(`${dir}/file`, O_CREAT | O_WRONLY | O_APPEND);
    fs.writeSync(fd, "one");
    fs.appendFileSync(`${dir}/file`, "two");
    fs.writeSync(fd, "three");
    close(fd);
    assert.equal(textOf(`${dir}/file`), "onetwothree");
  },
  "O_APPEND writes at the end after a truncation": (dir) => {
    const fd = open(`${dir}/file`, O_CREAT | O_WRONLY | O_APPEND);
    fs.writeSync(fd, "0123456789");
    fs.truncateSync(`${dir}/file`, 3);
    fs.writeSync(fd, "x");
    close(fd);
    assert.equal(textOf(`${dir}/file`), "012x");
  },
  "pwrite on an O_APPEND descriptor appends, as Linux does": (dir) => {
    const fd = open(make(`${dir}/file`, "0123"), O_WRONLY | O_APPEND);
    fs.writeSync(fd, Buffer.from("x"), 0, 1, 0);
    close(fd);
    assert.equal(textOf(`${dir}/file`), "0123x");
  },
  "O_SYNC and O_DSYNC descriptors can be written": (dir) => {
    for (const flag of [O_SYNC, O_DSYNC]) {
      const fd = open(`${dir}/file-${flag}`, O_CREAT | O_WRONLY | flag);
      assert.equal(fs.writeSync(fd, "text"), 4);
      close(fd);
      assert.equal(textOf(`${dir}/file-${flag}`), "text");
    }
  },
  "O_DIRECTORY says ENOTDIR for a file": (dir) => {
    make(`${dir}/file`);
    refuses("ENOTDIR", () => open(`${dir}/file`, O_RDONLY | O_DIRECTORY));
  },
  "a name with a slash at its end says ENOTDIR for a file": (dir) => {
    make(`${dir}/file`);
    refuses("ENOTDIR", () => open(`${dir}/file/`, O_RDONLY));
  },
  "a directory cannot be opened to write": (dir) => {
    fs.mkdirSync(`${dir}/directory`);
    for (const flags of [O_WRONLY, O_RDWR, O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC]) {
      refuses("EISDIR", () => open(`${dir}/directory`, flags));
    }
  },
  "read of a directory says EISDIR": (dir) =>
    withFile(dir, "r", (fd) => refuses("EISDIR", () => fs.readSync(fd, Buffer.alloc(10)))),
  "O_NOFOLLOW says ELOOP for a symlink": (dir) => {
    fs.symlinkSync(make(`${dir}/file`), `${dir}/link`);
    refuses("ELOOP", () => open(`${dir}/link`, O_RDONLY | O_NOFOLLOW));
  },
  "open says ELOOP for a symlink to itself": (dir) => {
    fs.symlinkSync("link", `${dir}/link`);
    refuses("ELOOP", () => open(`${dir}/link`, O_RDONLY));
  },
  "open of a fifo to write says ENXIO when nobody reads it": (dir) => {
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    refuses("ENXIO", () => open(`${dir}/fifo`, O_WRONLY | O_NONBLOCK));
  },
  "what is written to a fifo is read from it": (dir) => {
    mknod(`${dir}/fifo`, S_IFIFO | 0o644);
    const reader = open(`${dir}/fifo`, O_RDONLY | O_NONBLOCK);
    const writer = open(`${dir}/fifo`, O_WRONLY | O_NONBLOCK);
    fs.writeSync(writer, "text");
    const into = Buffer.alloc(10);
    assert.equal(into.toString("latin1", 0, fs.readSync(reader, into)), "text");
    close(reader);
    close(writer);
    assert.equal(sizeOf(`${dir}/fifo`), 0);
  },
  "open of a socket says ENXIO": (dir) => {
    mknod(`${dir}/socket`, S_IFSOCK | 0o644);
    refuses("ENXIO", () => open(`${dir}/socket`, O_RDONLY));
  },
  "read on a write-only and write on a read-only descriptor say EBADF": (dir) => {
    make(`${dir}/file`, "text");
    withFile(`${dir}/file`, O_WRONLY, (fd) => refuses("EBADF", () => fs.readSync(fd, Buffer.alloc(1))));
    withFile(`${dir}/file`, O_RDONLY, (fd) => refuses("EBADF", () => fs.writeSync(fd, "x")));
  },
  "O_PATH gives a descriptor that can be used to reach below": (dir) => {
    make(`${makeDirectory(`${dir}/directory`)}/file`, "text");
    const fd = open(`${dir}/directory`, O_PATH);
    const file = openAt(fd, "file", O_RDONLY);
    assert.equal(fs.readFileSync(file, "latin1"), "text");
    refuses("EBADF", () => fs.readSync(fd, Buffer.alloc(1)));
    close(file);
    close(fd);
  },
  "O_TMPFILE makes a file without a name": (dir) => {
    const fd = open(dir, O_TMPFILE | O_RDWR, 0o600);
    fs.writeSync(fd, "text");
    assert.equal(fs.fstatSync(fd).nlink, 0);
    assert.deepEqual(fs.readdirSync(dir), []);
    assert.equal(fs.readFileSync(`/proc/self/fd/${fd}`, "latin1"), "text");
    close(fd);
  },
  "link gives an O_TMPFILE its name": (dir) => {
    const fd = open(dir, O_TMPFILE | O_RDWR, 0o640);
    fs.writeSync(fd, "before");
    link(`/proc/self/fd/${fd}`, `${dir}/named`, AT_SYMLINK_FOLLOW);
    fs.writeSync(fd, "after");
    assert.equal(fs.fstatSync(fd).nlink, 1);
    close(fd);
    assert.equal(textOf(`${dir}/named`), "beforeafter");
    assert.equal(modeOf(`${dir}/named`), 0o640);
  },
  "an O_TMPFILE with O_EXCL gets no name": (dir) => {
    const fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR, 0o600);
    refuses("ENOENT", () => link(`/proc/self/fd/${fd}`, `${dir}/named`, AT_SYMLINK_FOLLOW));
    close(fd);
  },
  "O_TMPFILE says EACCES to who may not write to the directory": (dir) => {
    makeDirectory(`${dir}/closed`, 0o755);
    refuses("EACCES", () => asUser(ALICE, () => open(`${dir}/closed`, O_TMPFILE | O_RDWR, 0o600)));
  },
  "a file opened twice is one file": (dir) => {
    const one = open(`${dir}/file`, O_CREAT | O_RDWR);
    const two = open(`${dir}/file`, O_RDWR);
    fs.writeSync(one, "text");
    assert.equal(fs.readFileSync(two, "latin1"), "text");
    assert.equal(fs.fstatSync(one).ino, fs.fstatSync(two).ino);
    close(one);
    close(two);
  },
  "a program that runs cannot be opened to write": (dir) => {
    const program = `${dir}/sleep`;
    fs.copyFileSync("/bin/sleep", program);
    fs.chmodSync(program, 0o755);
    withRunning(program, () => refuses("ETXTBSY", () => open(program, O_WRONLY)));
  },
  "a program in the tree runs": (dir) => {
    fs.writeFileSync(`${dir}/script`, "#!/bin/sh\necho ran\n", { mode: 0o755 });
    assert.equal(spawnSync(`${dir}/script`).stdout.toString(), "ran\n");
  },
  "dot names the same directory, dot-dot its parent": (dir) => {
    makeDirectory(`${dir}/directory`);
    assert.ok(sameObject(`${dir}/directory/.`, `${dir}/directory`));
    assert.ok(sameObject(`${dir}/directory/..`, dir));
    assert.equal(stat(`${dir}/directory/..`).ino, stat(dir).ino);
  },
};
