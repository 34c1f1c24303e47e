import assert from "node:assert/strict";
import * as fs from "node:fs";
import {
  allocate,
  copyFileRange,
  FALLOC_KEEP_SIZE,
  FALLOC_PUNCH_HOLE,
  FALLOC_ZERO_RANGE,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
  seek,
} from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { make, moves, refuses, sizeOf, textOf, withFile } from "../facts.ts";

const { O_RDONLY, O_RDWR, O_WRONLY, O_APPEND } = fs.constants;
const MIB = 1 << 20;
const PUNCH = FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE;

/** A file of three MiB: data, hole, data. */
function holed(path: string): string {
  withFile(path, "w", (fd) => {
    fs.writeSync(fd, Buffer.alloc(MIB, "a"), 0, MIB, 0);
    fs.writeSync(fd, Buffer.alloc(MIB, "b"), 0, MIB, 2 * MIB);
  });
  return path;
}

export const holeChecks: Checks = {
  "lseek moves from the start, the present place and the end": (dir) =>
    withFile(make(`${dir}/file`, "0123456789"), O_RDONLY, (fd) => {
      assert.equal(seek(fd, 4, SEEK_SET), 4);
      assert.equal(seek(fd, 3, SEEK_CUR), 7);
      assert.equal(seek(fd, -1, SEEK_END), 9);
      assert.equal(seek(fd, 100, SEEK_END), 110);
      refuses("EINVAL", () => seek(fd, -1, SEEK_SET));
    }),
  "SEEK_END knows what another descriptor appended": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      fs.appendFileSync(`${dir}/file`, " more");
      assert.equal(seek(fd, 0, SEEK_END), 9);
    }),
  "SEEK_DATA and SEEK_HOLE find data and holes": (dir) =>
    withFile(holed(`${dir}/file`), O_RDONLY, (fd) => {
      assert.equal(seek(fd, 0, SEEK_DATA), 0);
      assert.equal(seek(fd, 0, SEEK_HOLE), MIB);
      assert.equal(seek(fd, MIB + 5, SEEK_HOLE), MIB + 5);
      assert.equal(seek(fd, MIB, SEEK_DATA), 2 * MIB);
      assert.equal(seek(fd, 2 * MIB, SEEK_HOLE), 3 * MIB);
    }),
  "SEEK_DATA and SEEK_HOLE say ENXIO at and beyond the end": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      for (const whence of [SEEK_DATA, SEEK_HOLE]) refuses("ENXIO", () => seek(fd, 4, whence));
      refuses("ENXIO", () => seek(fd, 100, SEEK_DATA));
    }),
  "SEEK_DATA says ENXIO where only a hole follows": (dir) => {
    make(`${dir}/file`, "text");
    fs.truncateSync(`${dir}/file`, 4 * MIB);
    withFile(`${dir}/file`, O_RDONLY, (fd) => refuses("ENXIO", () => seek(fd, MIB, SEEK_DATA)));
  },
  "fallocate makes the file longer, with zeros": (dir) => {
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => allocate(fd, 0, 0, MIB));
    assert.equal(sizeOf(`${dir}/file`), MIB);
    assert.equal(textOf(`${dir}/file`), `text${"\0".repeat(MIB - 4)}`);
    assert.ok(fs.lstatSync(`${dir}/file`).blocks >= MIB / 512);
  },
  "fallocate does not shorten or change what is there": (dir) => {
    withFile(make(`${dir}/file`, "0123456789"), O_RDWR, (fd) => allocate(fd, 0, 2, 4));
    assert.equal(textOf(`${dir}/file`), "0123456789");
  },
  "fallocate with KEEP_SIZE takes room and leaves the size": (dir) => {
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => allocate(fd, FALLOC_KEEP_SIZE, 0, MIB));
    assert.equal(textOf(`${dir}/file`), "text");
    assert.ok(fs.lstatSync(`${dir}/file`).blocks >= MIB / 512);
  },
  "PUNCH_HOLE makes zeros, frees room and leaves the size": (dir) => {
    make(`${dir}/file`, "x".repeat(MIB));
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      fs.fsyncSync(fd);
      const before = fs.fstatSync(fd).blocks;
      allocate(fd, PUNCH, 4096, MIB - 8192);
      assert.ok(fs.fstatSync(fd).blocks < before);
    });
    assert.equal(textOf(`${dir}/file`), `${"x".repeat(4096)}${"\0".repeat(MIB - 8192)}${"x".repeat(4096)}`);
  },
  "PUNCH_HOLE within a page makes zeros there only": (dir) => {
    make(`${dir}/file`, "x".repeat(100));
    withFile(`${dir}/file`, O_RDWR, (fd) => allocate(fd, PUNCH, 10, 5));
    assert.equal(textOf(`${dir}/file`), `${"x".repeat(10)}${"\0".repeat(5)}${"x".repeat(85)}`);
  },
  "PUNCH_HOLE is seen by who had read the page before": (dir) =>
    withFile(make(`${dir}/file`, "x".repeat(8192)), O_RDWR, (fd) => {
      const into = Buffer.alloc(8192);
      fs.readSync(fd, into, 0, 8192, 0);
      allocate(fd, PUNCH, 0, 4096);
      fs.readSync(fd, into, 0, 8192, 0);
      assert.equal(into.toString("latin1"), "\0".repeat(4096) + "x".repeat(4096));
    }),
  "PUNCH_HOLE beyond the end leaves the size": (dir) => {
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) => allocate(fd, PUNCH, MIB, MIB));
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "PUNCH_HOLE without KEEP_SIZE is refused": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDWR, (fd) =>
      refuses(["EOPNOTSUPP", "EINVAL"], () => allocate(fd, FALLOC_PUNCH_HOLE, 0, 4)),
    ),
  "ZERO_RANGE makes zeros and may make the file longer": (dir) => {
    make(`${dir}/file`, "x".repeat(100));
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      allocate(fd, FALLOC_ZERO_RANGE, 90, 20);
      assert.equal(textOf(`${dir}/file`), "x".repeat(90) + "\0".repeat(20));
      allocate(fd, FALLOC_ZERO_RANGE | FALLOC_KEEP_SIZE, 100, 100);
    });
    assert.equal(sizeOf(`${dir}/file`), 110);
  },
  "fallocate says EBADF on a read-only descriptor and EINVAL for no length": (dir) => {
    make(`${dir}/file`, "text");
    withFile(`${dir}/file`, O_RDONLY, (fd) => refuses("EBADF", () => allocate(fd, 0, 0, 10)));
    withFile(`${dir}/file`, O_RDWR, (fd) => refuses("EINVAL", () => allocate(fd, 0, 0, 0)));
    withFile(`${dir}/file`, O_RDWR, (fd) => refuses("EINVAL", () => allocate(fd, 0, -1, 10)));
  },
  "fallocate that makes a file longer, and PUNCH_HOLE, move mtime and ctime": (dir) => {
    make(`${dir}/file`, "x".repeat(8192));
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      moves(`${dir}/file`, ["mtime", "ctime"], () => allocate(fd, 0, 0, 16_384));
      moves(`${dir}/file`, ["mtime", "ctime"], () => allocate(fd, PUNCH, 0, 4096));
    });
  },
  "copy_file_range copies between files": (dir) => {
    make(`${dir}/from`, "0123456789");
    make(`${dir}/to`, "----------");
    withFile(`${dir}/from`, O_RDONLY, (from) =>
      withFile(`${dir}/to`, O_RDWR, (to) => assert.equal(copyFileRange(from, 2, to, 5, 4), 4)),
    );
    assert.equal(textOf(`${dir}/to`), "-----2345-");
  },
  "copy_file_range makes the target longer and stops at the source's end": (dir) => {
    make(`${dir}/from`, "0123456789");
    make(`${dir}/to`, "");
    withFile(`${dir}/from`, O_RDONLY, (from) =>
      withFile(`${dir}/to`, O_RDWR, (to) => {
        assert.equal(copyFileRange(from, 6, to, 3, 100), 4);
        assert.equal(copyFileRange(from, 10, to, 0, 100), 0);
      }),
    );
    assert.equal(textOf(`${dir}/to`), "\0\0\x006789");
  },
  "copy_file_range of a megabyte within one file copies it": (dir) => {
    make(`${dir}/file`, "abcdefgh".repeat(MIB / 8));
    withFile(`${dir}/file`, O_RDWR, (fd) => assert.equal(copyFileRange(fd, 0, fd, 2 * MIB, MIB), MIB));
    const bytes = fs.readFileSync(`${dir}/file`);
    assert.ok(bytes.subarray(0, MIB).equals(bytes.subarray(2 * MIB)));
    assert.ok(bytes.subarray(MIB, 2 * MIB).every((byte) => byte === 0));
  },
  "copy_file_range says EINVAL for ranges of one file that overlap": (dir) =>
    withFile(make(`${dir}/file`, "0123456789"), O_RDWR, (fd) =>
      refuses("EINVAL", () => copyFileRange(fd, 0, fd, 2, 5)),
    ),
  "copy_file_range says EBADF for wrong descriptors": (dir) => {
    make(`${dir}/file`, "text");
    withFile(`${dir}/file`, O_WRONLY, (writer) =>
      withFile(`${dir}/file`, O_RDONLY, (reader) => {
        refuses("EBADF", () => copyFileRange(writer, 0, writer, 100, 1));
        refuses("EBADF", () => copyFileRange(reader, 0, reader, 100, 1));
      }),
    );
    withFile(`${dir}/file`, O_WRONLY | O_APPEND, (appender) =>
      withFile(`${dir}/file`, O_RDONLY, (reader) => refuses("EBADF", () => copyFileRange(reader, 0, appender, 100, 1))),
    );
  },
  "copy_file_range moves mtime and ctime of the target only": (dir) => {
    make(`${dir}/from`, "text");
    make(`${dir}/to`, "");
    withFile(`${dir}/from`, O_RDONLY, (from) =>
      withFile(`${dir}/to`, O_RDWR, (to) =>
        moves(`${dir}/from`, [], () => moves(`${dir}/to`, ["mtime", "ctime"], () => copyFileRange(from, 0, to, 0, 4))),
      ),
    );
  },
  "a copied file has the source's bytes": (dir) => {
    fs.copyFileSync(holed(`${dir}/from`), `${dir}/to`);
    assert.ok(fs.readFileSync(`${dir}/from`).equals(fs.readFileSync(`${dir}/to`)));
  },
};
