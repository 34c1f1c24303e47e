/**
 * Records what this machine's kernel sends for known commands, one request of each opcode, into
 * `core/fixtures/linux-VERSION.json`, for `core/fixtures.test.ts`. Needs root, /dev/fuse, python3 and util-linux.
 *
 *     node --import tsx daemons/fuse/testing/record-fixtures.ts
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmdirSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { mountFuse, unmountFuse } from "../mount.ts";
import { decodeRequest } from "../core/decode-request.ts";
import { memoryOf } from "../core/memory.ts";
import { INIT, OPCODES } from "../core/opcodes.ts";
import { plain, RECORDED_SESSION } from "../core/testing/recorded-session.ts";
import { startSourceThread } from "./source-thread.ts";

const python = (code: string): string => `python3 -c 'import os, fcntl, select, ctypes; ${code}'`;
/** A command, and the requests of it that are kept. */
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ["true", ["INIT"]],
  ["mkdir d", ["LOOKUP", "MKDIR"]],
  ["mknod p p", ["MKNOD"]],
  ["echo hello > d/file", ["CREATE", "WRITE", "FLUSH", "RELEASE"]],
  [
    "chown 0:2000 d && chmod 777 d && setpriv --reuid 1000 --regid 1000 --groups 1000,2000 sh -c 'umask 027; mkdir d/theirs'",
    ["MKDIR"],
  ],
  ["cat d/file", ["OPEN", "READ"]],
  ["stat d/file", ["STATX"]],
  ["ls -l d", ["OPENDIR", "READDIRPLUS", "GETATTR", "RELEASEDIR"]],
  [python(`[os.close(os.open("n%03d" % i, os.O_CREAT)) for i in range(200)]; os.listdir(".")`), ["READDIR"]],
  ["touch -d '2001-02-03 04:05:06.789 UTC' d/file", ["SETATTR"]],
  ["ln -s some/target d/symbolic", ["SYMLINK"]],
  ["readlink d/symbolic", ["READLINK"]],
  ["ln d/file d/hard", ["LINK"]],
  [python(`os.rename("d/hard", "d/renamed")`), ["RENAME"]],
  [python(`ctypes.CDLL(None).renameat2(-100, b"d/renamed", -100, b"d/exchanged", 1)`), ["RENAME2"]],
  ["rm d/exchanged", ["UNLINK"]],
  ["rmdir d/theirs", ["RMDIR"]],
  [python(`os.setxattr("d/file", "user.name", b"value", os.XATTR_CREATE)`), ["SETXATTR"]],
  [python(`os.getxattr("d/file", "user.name")`), ["GETXATTR"]],
  [python(`os.listxattr("d/file")`), ["LISTXATTR"]],
  [python(`os.removexattr("d/file", "user.name")`), ["REMOVEXATTR"]],
  ["df .", ["STATFS"]],
  [python(`os.fdatasync(os.open("d/file", 2)); os.fsync(os.open("d", 0))`), ["FSYNC", "FSYNCDIR"]],
  [python(`fcntl.lockf(os.open("d/file", 2), fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)`), ["SETLK"]],
  [python(`fcntl.fcntl(os.open("d/file", 2), fcntl.F_GETLK, bytes(32))`), ["GETLK"]],
  [python(`fcntl.flock(os.open("d/file", 2), fcntl.LOCK_EX)`), ["SETLKW"]],
  [`timeout -s INT 0.3 ${python(`fcntl.lockf(os.open("d/file", 2), fcntl.LOCK_SH)`)}; true`, ["INTERRUPT"]],
  [python(`open("d/file").read()`), ["IOCTL"]],
  [python(`p = select.poll(); p.register(os.open("d/file", 2), 1); p.poll(0)`), ["POLL"]],
  [python(`os.posix_fallocate(os.open("d/file", 2), 4096, 8192)`), ["FALLOCATE"]],
  [python(`os.lseek(os.open("d/file", 2), 3, os.SEEK_DATA)`), ["LSEEK"]],
  [
    python(`os.copy_file_range(os.open("d/file", 0), os.open("d/copy", 66), 4, 1, 2)`),
    ["COPY_FILE_RANGE_64", "COPY_FILE_RANGE"],
  ],
  [python(`os.open("d", os.O_TMPFILE | 2, 0o640)`), ["TMPFILE"]],
  ["sync; echo 2 > /proc/sys/vm/drop_caches; sleep 0.5", ["FORGET", "BATCH_FORGET"]],
];

const nameOf = (hex: string): string => {
  const number = Buffer.from(hex, "hex").readUInt32LE(4);
  return number === INIT ? "INIT" : (OPCODES.find((opcode) => opcode.number === number)?.name ?? `opcode ${number}`);
};

function meaning(hex: string): unknown {
  const memory = memoryOf(Buffer.from(hex, "hex"));
  return plain(decodeRequest(memory, memory.bytes.length, RECORDED_SESSION));
}

async function record(): Promise<void> {
  const at = mkdtempSync(join(tmpdir(), "pohmelfs-record-"));
  const mounted = mountFuse({ source: "record", at, words: ["rw"], noTable: true, maxReadBytes: 1 << 20 });
  if (!mounted.ok) throw new Error(mounted.because);
  const thread = startSourceThread(new URL("recorder-thread.ts", import.meta.url), { fd: mounted.value });
  let heard: string[] = [];
  thread.on("message", (hex: string) => heard.push(hex));
  thread.on("error", (error) => console.error(error));
  const fixtures: object[] = [];
  for (const [by, kept] of COMMANDS) {
    await new Promise<void>((settle) => {
      execFile("sh", ["-c", by], { cwd: at, timeout: 5000, killSignal: "SIGKILL" }, (error) => {
        if (error !== null) console.error(`${by}: ${error.message}`);
        settle();
      });
    });
    await new Promise((settle) => setTimeout(settle, 200));
    for (const opcode of kept) {
      const hex = heard.find((frame) => nameOf(frame) === opcode);
      if (hex === undefined) console.error(`${by}: no ${opcode}, but ${heard.map(nameOf).join(" ")}`);
      else fixtures.push({ opcode, by, hex, ...(opcode === "INIT" ? {} : { request: meaning(hex) }) });
    }
    heard = [];
  }
  unmountFuse(at, { force: true });
  unmountFuse(at, { lazy: true });
  rmdirSync(at);
  const version = release().split(".").slice(0, 2).join(".");
  const file = new URL(`../core/fixtures/linux-${version}.json`, import.meta.url);
  // One to a line, so that a recording can be compared with another.
  writeFileSync(file, `[\n${fixtures.map((fixture) => JSON.stringify(fixture)).join(",\n")}\n]\n`);
  console.log(`${fixtures.length} requests in ${file.pathname}`);
}

await record();
