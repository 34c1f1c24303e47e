import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { truncate, truncateOpen } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { make, refuses, sizeOf, textOf, withFile } from "../facts.ts";

const { O_RDONLY, O_RDWR } = fs.constants;
const GIB = 2 ** 30;

export const sizeChecks: Checks = {
  "truncate makes a file shorter": (dir) => {
    truncate(make(`${dir}/file`, "0123456789"), 4);
    assert.equal(textOf(`${dir}/file`), "0123");
  },
  "truncate makes a file longer, with zeros": (dir) => {
    truncate(make(`${dir}/file`, "text"), 8);
    assert.equal(textOf(`${dir}/file`), "text\0\0\0\0");
  },
  "what truncate cut off does not come back when the file grows": (dir) => {
    make(`${dir}/file`, "x".repeat(10_000));
    truncate(`${dir}/file`, 100);
    truncate(`${dir}/file`, 10_000);
    assert.equal(textOf(`${dir}/file`), "x".repeat(100) + "\0".repeat(9_900));
  },
  "what truncate cut off does not come back through an open descriptor": (dir) =>
    withFile(make(`${dir}/file`, "x".repeat(6_000)), O_RDWR, (fd) => {
      fs.readSync(fd, Buffer.alloc(6_000), 0, 6_000, 0);
      truncateOpen(fd, 10);
      fs.writeSync(fd, "end", 5_000);
      const into = Buffer.alloc(6_000);
      assert.equal(fs.readSync(fd, into, 0, 6_000, 0), 5_003);
      assert.equal(into.toString("latin1", 0, 5_003), `${"x".repeat(10)}${"\0".repeat(4_990)}end`);
    }),
  "truncate says EINVAL for a negative length": (dir) => {
    refuses("EINVAL", () => truncate(make(`${dir}/file`), -1));
    withFile(`${dir}/file`, O_RDWR, (fd) => refuses("EINVAL", () => truncateOpen(fd, -1)));
  },
  "truncate says EISDIR for a directory": (dir) => refuses("EISDIR", () => truncate(dir, 0)),
  "truncate says EACCES to who may not write": (dir) => {
    make(`${dir}/file`, "text", 0o644);
    refuses("EACCES", () => asUser(ALICE, () => truncate(`${dir}/file`, 0)));
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "truncate follows a symlink": (dir) => {
    fs.symlinkSync(make(`${dir}/file`, "text"), `${dir}/link`);
    truncate(`${dir}/link`, 1);
    assert.equal(textOf(`${dir}/file`), "t");
  },
  "ftruncate says EINVAL on a read-only descriptor": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => refuses("EINVAL", () => truncateOpen(fd, 0))),
  "ftruncate works though the file may no longer be written": (dir) => {
    fs.chownSync(make(`${dir}/file`, "text"), ALICE.uid, ALICE.gid);
    asUser(ALICE, () =>
      withFile(`${dir}/file`, O_RDWR, (fd) => {
        fs.chmodSync(`${dir}/file`, 0o400);
        truncateOpen(fd, 1);
      }),
    );
    assert.equal(sizeOf(`${dir}/file`), 1);
  },
  "ftruncate leaves the descriptor's offset": (dir) =>
    withFile(`${dir}/file`, "w+", (fd) => {
      fs.writeSync(fd, "text");
      truncateOpen(fd, 0);
      fs.writeSync(fd, "more");
      assert.equal(textOf(`${dir}/file`), "\0\0\0\0more");
    }),
  "a write beyond the end leaves zeros between": (dir) => {
    withFile(make(`${dir}/file`, "start"), O_RDWR, (fd) => fs.writeSync(fd, "end", 9_000));
    const text = textOf(`${dir}/file`);
    assert.equal(text.length, 9_003);
    assert.equal(text, `start${"\0".repeat(8_995)}end`);
  },
  "read at and beyond the end gives nothing": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      const into = Buffer.alloc(10);
      assert.equal(fs.readSync(fd, into, 0, 10, 4), 0);
      assert.equal(fs.readSync(fd, into, 0, 10, 1_000_000), 0);
      assert.equal(fs.readSync(fd, into, 0, 10, 2), 2);
    }),
  "a size of many gigabytes costs no blocks": (dir) => {
    truncate(make(`${dir}/file`), 100 * GIB);
    assert.equal(sizeOf(`${dir}/file`), 100 * GIB);
    assert.ok(fs.lstatSync(`${dir}/file`).blocks < 100);
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      fs.writeSync(fd, "far", 99 * GIB);
      const into = Buffer.alloc(5);
      fs.readSync(fd, into, 0, 5, 99 * GIB - 1);
      assert.equal(into.toString("latin1"), "\0far\0");
    });
    truncate(`${dir}/file`, 0); // so that comparing does not read 100 GiB
  },
  "each size from 4,094 to 4,098 and around 128 KiB and 1 MiB comes back as written": (dir) => {
    const around = [4096, 131_072, 1_048_576].flatMap((size) => [-2, -1, 0, 1, 2].map((by) => size + by));
    for (const size of around) {
      const bytes = Buffer.alloc(size, `${size}.`);
      fs.writeFileSync(`${dir}/file-${size}`, bytes);
      assert.ok(fs.readFileSync(`${dir}/file-${size}`).equals(bytes), `size ${size}`);
      assert.equal(sizeOf(`${dir}/file-${size}`), size);
    }
  },
  "a write of 8 MiB at once comes back": (dir) => {
    const bytes = Buffer.alloc(8 << 20, "0123456789abcdef-");
    withFile(`${dir}/file`, "w", (fd) => assert.equal(fs.writeSync(fd, bytes), bytes.length));
    assert.ok(fs.readFileSync(`${dir}/file`).equals(bytes));
  },
  "writev writes its parts in order": (dir) => {
    withFile(`${dir}/file`, "w", (fd) =>
      fs.writevSync(
        fd,
        ["one", "", "two", "three"].map((part) => Buffer.from(part)),
      ),
    );
    assert.equal(textOf(`${dir}/file`), "onetwothree");
  },
  "a write that spans a page border is whole": (dir) => {
    make(`${dir}/file`, "-".repeat(8192));
    withFile(`${dir}/file`, O_RDWR, (fd) => fs.writeSync(fd, "across", 4093));
    assert.equal(textOf(`${dir}/file`).indexOf("across"), 4093);
    assert.equal(sizeOf(`${dir}/file`), 8192);
  },
  "blocks tell what a file takes": (dir) => {
    make(`${dir}/file`, "x".repeat(65_536));
    withFile(`${dir}/file`, O_RDWR, (fd) => fs.fsyncSync(fd));
    assert.ok(fs.lstatSync(`${dir}/file`).blocks >= 128);
  },
  "fsync, fdatasync of files and fsync of a directory succeed": (dir) => {
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => {
      fs.fsyncSync(fd);
      fs.fdatasyncSync(fd);
    });
    withFile(`${dir}/file`, O_RDONLY, (fd) => fs.fsyncSync(fd));
    withFile(dir, O_RDONLY, (fd) => fs.fsyncSync(fd));
  },
  "statfs tells of a file system with room and long names": (dir) => {
    const { bsize, blocks, bfree, bavail, files } = fs.statfsSync(dir);
    assert.ok(bsize > 0 && blocks > 0 && files > 0);
    assert.ok(bavail > 0 && bavail <= bfree && bfree <= blocks);
  },
  "a file larger than what the file system has room for can still be sparse": (dir) => {
    truncate(make(`${dir}/file`), 1024 * GIB);
    assert.equal(sizeOf(`${dir}/file`), 1024 * GIB);
    truncate(`${dir}/file`, 0);
  },
};
