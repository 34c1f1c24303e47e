import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { Mapping, PAGE } from "../../support/system-memory.ts";
import type { Checks } from "../check.ts";
import { make, modeOf, pause, refuses, stat, textOf, withFile } from "../facts.ts";

const { O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

export const mappingChecks: Checks = {
  "a mapping shows the file": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      using mapping = new Mapping(fd, 4, { writable: false });
      assert.equal(mapping.read(0, 4).toString(), "text");
    }),
  "bytes of the last page beyond the file's end are zero": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      using mapping = new Mapping(fd, PAGE, { writable: false });
      assert.equal(mapping.read(4, PAGE - 4).toString("latin1"), "\0".repeat(PAGE - 4));
    }),
  "a mapping at an offset shows that part": (dir) =>
    withFile(make(`${dir}/file`, "a".repeat(PAGE) + "b".repeat(PAGE)), O_RDONLY, (fd) => {
      using mapping = new Mapping(fd, PAGE, { writable: false, offset: PAGE });
      assert.equal(mapping.read(0, 3).toString(), "bbb");
    }),
  "what is written to a shared mapping is in the file after msync": (dir) => {
    make(`${dir}/file`, "0123456789");
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 10);
      mapping.write(3, bytes("abc"));
      mapping.sync();
    });
    assert.equal(textOf(`${dir}/file`), "012abc6789");
  },
  "what is written to a shared mapping is read by read at once": (dir) =>
    withFile(make(`${dir}/file`, "0123456789"), O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 10);
      mapping.write(0, bytes("mapped"));
      const into = Buffer.alloc(10);
      fs.readSync(fd, into, 0, 10, 0);
      assert.equal(into.toString(), "mapped6789");
    }),
  "what is written by write is seen through a mapping": (dir) =>
    withFile(make(`${dir}/file`, "0123456789"), O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 10);
      assert.equal(mapping.read(0, 10).toString(), "0123456789");
      fs.writeSync(fd, "written", 2);
      assert.equal(mapping.read(0, 10).toString(), "01written9");
    }),
  "what is written to a shared mapping is kept without msync": (dir) => {
    make(`${dir}/file`, "0123456789");
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 10);
      mapping.write(0, bytes("kept"));
    });
    assert.equal(textOf(`${dir}/file`), "kept456789");
  },
  "a private mapping changes nothing in the file": (dir) => {
    make(`${dir}/file`, "0123456789");
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 10, { shared: false });
      mapping.write(0, bytes("private"));
      assert.equal(mapping.read(0, 10).toString(), "private789");
    });
    assert.equal(textOf(`${dir}/file`), "0123456789");
  },
  "two mappings of a file show each other's writes": (dir) =>
    withFile(make(`${dir}/file`, "-".repeat(PAGE)), O_RDWR, (one) =>
      withFile(`${dir}/file`, O_RDWR, (two) => {
        using first = new Mapping(one, PAGE);
        using second = new Mapping(two, PAGE);
        first.write(100, bytes("text"));
        assert.equal(second.read(100, 4).toString(), "text");
      }),
    ),
  "writes to every third page of a mapping of 4 MiB arrive": (dir) => {
    const pages = 1024;
    fs.writeFileSync(`${dir}/file`, Buffer.alloc(pages * PAGE, "-"));
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      using mapping = new Mapping(fd, pages * PAGE);
      for (let page = 0; page < pages; page += 3) mapping.write(page * PAGE + 7, bytes(`page ${page}`));
      mapping.sync();
    });
    const after = fs.readFileSync(`${dir}/file`);
    for (let page = 0; page < pages; page++) {
      const expected = page % 3 === 0 ? `-page ${page}` : "-".repeat(6);
      assert.equal(after.toString("latin1", page * PAGE + 6, page * PAGE + 6 + expected.length), expected);
    }
  },
  "msync of a changed mapping moves mtime": (dir) =>
    withFile(make(`${dir}/file`, "0123456789"), O_RDWR, (fd) => {
      const before = stat(`${dir}/file`).mtimeNs;
      pause();
      using mapping = new Mapping(fd, 10);
      mapping.write(0, bytes("x"));
      mapping.sync();
      assert.ok(stat(`${dir}/file`).mtimeNs > before);
    }),
  "a mapping of a file cut shorter and made longer again shows zeros": (dir) =>
    withFile(make(`${dir}/file`, "x".repeat(2 * PAGE)), O_RDWR, (fd) => {
      using mapping = new Mapping(fd, 2 * PAGE);
      mapping.read(PAGE, 10);
      fs.ftruncateSync(fd, 100);
      fs.ftruncateSync(fd, 2 * PAGE);
      assert.equal(mapping.read(0, 2 * PAGE).toString("latin1"), "x".repeat(100) + "\0".repeat(2 * PAGE - 100));
    }),
  "writes to a mapping's tail beyond the end do not lengthen the file": (dir) => {
    make(`${dir}/file`, "text");
    withFile(`${dir}/file`, O_RDWR, (fd) => {
      using mapping = new Mapping(fd, PAGE);
      mapping.write(4, bytes("beyond"));
      mapping.sync();
      assert.equal(fs.fstatSync(fd).size, 4);
    });
    assert.equal(textOf(`${dir}/file`), "text");
  },
  "a shared writable mapping says EACCES on a descriptor that cannot both read and write": (dir) => {
    make(`${dir}/file`, "text");
    for (const flags of [O_RDONLY, O_WRONLY]) {
      withFile(`${dir}/file`, flags, (fd) => refuses("EACCES", () => new Mapping(fd, 4)));
    }
  },
  "a private writable mapping needs read permission only": (dir) =>
    withFile(make(`${dir}/file`, "text"), O_RDONLY, (fd) => {
      using mapping = new Mapping(fd, 4, { shared: false });
      mapping.write(0, bytes("T"));
      assert.equal(mapping.read(0, 4).toString(), "Text");
    }),
  "a user's writes through a mapping arrive": (dir) => {
    fs.chownSync(make(`${dir}/file`, "0123456789"), ALICE.uid, ALICE.gid);
    fs.chmodSync(`${dir}/file`, 0o600);
    asUser(ALICE, () =>
      withFile(`${dir}/file`, O_RDWR, (fd) => {
        using mapping = new Mapping(fd, 10);
        mapping.write(0, bytes("hers"));
        mapping.sync();
      }),
    );
    assert.equal(textOf(`${dir}/file`), "hers456789");
    assert.equal(modeOf(`${dir}/file`), 0o600);
  },
};
