import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attributes } from "../../core/attributes.ts";
import { oid } from "../../core/brand.ts";
import { MemoryTree, noTime } from "../testing/memory-tree.ts";
import { answerPathCall, type OpenFiles, type PathAnswer, type PathCall, type Told } from "./path-calls.ts";
import type { Header, KernelRequest } from "./request.ts";

/** A tree in memory that is asked by path. */
function askedByPath() {
  const tree = new MemoryTree({ validity: { entrySeconds: 0, attributeSeconds: 0 }, now: noTime });
  const files: OpenFiles = new Map();
  const ops: string[] = [];
  let told: Told | undefined;
  tree.transport = {
    reply: (_, reply) => {
      told = reply;
    },
    // Three entries at a time, so that listings come in pieces.
    replyDirectory: (_header, _size, _plus, entries) => {
      const taken = [...entries].slice(0, 3);
      told = { kind: "listing", entries: taken };
      return taken.length;
    },
    keep: () => undefined,
  };
  const call = (asked: PathCall): PathAnswer => {
    const steps = answerPathCall(asked, files);
    let next = steps.next();
    while (!next.done) {
      const { node, operation } = next.value;
      const header: Header = { unique: 2, resent: false, node, uid: 5, gid: 6, pid: 1, suppGroup: undefined };
      ops.push(operation.op);
      tree.handle({ header, ...operation } satisfies KernelRequest);
      const answer = told ?? { kind: "empty" as const };
      if (answer.kind === "error") next = steps.return({ error: answer.errno });
      else next = answer.kind === "negative" ? steps.return({ error: "ENOENT" }) : steps.next(answer);
    }
    return next.value;
  };
  return { call, ops, files, tree };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const DONE: PathAnswer = { error: undefined };

describe("answerPathCall", () => {
  test("a file is made, written, read and closed by number", () => {
    const { call, files } = askedByPath();
    assert.deepEqual(call({ call: "mkdir", path: "/d", mode: 0o755 }), DONE);
    assert.deepEqual(call({ call: "create", path: "/d/f", mode: 0o100644 }), { error: undefined, value: 1 });
    assert.deepEqual(call({ call: "write", fd: 1, data: bytes("hello"), offset: 0 }), { error: undefined, value: 5 });
    assert.deepEqual(call({ call: "ftruncate", fd: 1, size: 4 }), DONE);
    const { value } = call({ call: "read", fd: 1, length: 100, offset: 1 });
    assert.deepEqual(Buffer.from(value as Uint8Array).toString(), "ell");
    assert.deepEqual(call({ call: "release", fd: 1 }), DONE);
    assert.equal(files.size, 0);
    assert.deepEqual(call({ call: "read", fd: 1, length: 1, offset: 0 }), { error: "EBADF" });
  });

  test("attributes are changed one by one", () => {
    const { call, tree } = askedByPath();
    call({ call: "create", path: "/f", mode: 0o100600 });
    call({ call: "chmod", path: "/f", mode: 0o640 });
    call({ call: "chown", path: "/f", uid: 7, gid: -1 });
    call({ call: "utimens", path: "/f", atimeMs: -1500.25, mtimeMs: 2500 });
    call({ call: "truncate", path: "/f", size: 9 });
    const { value } = call({ call: "getattr", path: "/f" });
    const { mode, uid, gid, size, atime } = value as Attributes;
    assert.deepEqual([mode, uid, gid, size, atime], [0o100640, 7, 6, 9, { sec: -2, nsec: 499_750_000 }]);
    assert.deepEqual(tree.objects.get(oid(2))?.attributes.mtime.sec, 0, "the truncation came after");
  });

  test("a directory is listed whole, and closed again whatever happens", () => {
    const { call, ops } = askedByPath();
    for (const name of ["a", "ä", "c", "d"]) call({ call: "mknod", path: `/${name}`, mode: 0o100644, rdev: 0 });
    assert.deepEqual(call({ call: "readdir", path: "/" }).value, [".", "..", "a", "ä", "c", "d"]);
    assert.deepEqual(ops.slice(-5), ["opendir", "readdir", "readdir", "readdir", "releasedir"]);
    assert.deepEqual(call({ call: "fsyncdir", path: "/", dataOnly: false }), DONE);
    assert.equal(ops.at(-1), "releasedir");
  });

  test("names move, link and vanish", () => {
    const { call } = askedByPath();
    call({ call: "mkdir", path: "/d", mode: 0o755 });
    call({ call: "symlink", path: "/d/s", target: "über/all" });
    assert.equal(call({ call: "readlink", path: "/d/s" }).value, "über/all");
    assert.deepEqual(call({ call: "link", path: "/d/s", to: "/l" }), DONE);
    assert.deepEqual(call({ call: "rename", path: "/l", to: "/d/m" }), DONE);
    assert.deepEqual(call({ call: "rmdir", path: "/d" }), { error: "ENOTEMPTY" });
    for (const path of ["/d/m", "/d/s"]) assert.deepEqual(call({ call: "unlink", path }), DONE);
    assert.deepEqual(call({ call: "rmdir", path: "/d" }), DONE);
    assert.deepEqual(call({ call: "getattr", path: "/d/s" }), { error: "ENOENT" });
  });

  test("extended attributes and the size of the file system come as they are", () => {
    const { call } = askedByPath();
    call({ call: "setxattr", path: "/", name: "user.a", value: bytes("1\0"), flags: 0 });
    call({ call: "setxattr", path: "/", name: "user.b", value: bytes(""), flags: 0 });
    assert.deepEqual(call({ call: "listxattr", path: "/" }).value, ["user.a", "user.b"]);
    assert.deepEqual(
      Buffer.from(call({ call: "getxattr", path: "/", name: "user.a" }).value as Uint8Array),
      bytes("1\0"),
    );
    assert.deepEqual(call({ call: "removexattr", path: "/", name: "user.a" }), DONE);
    assert.deepEqual(call({ call: "getxattr", path: "/", name: "user.a" }), { error: "ENODATA" });
    const { value } = call({ call: "statfs", path: "/" });
    assert.ok(typeof value === "object" && "nameMax" in value && value.nameMax === 255);
  });
});
