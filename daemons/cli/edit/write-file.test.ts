import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { replaceFile } from "./write-file.ts";

const HOUR_S = 3600;

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pohmelfs-write-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("of several who count up a file at once none loses a step, and nothing is left beside it", async () => {
  const [writers, steps] = [3, 150];
  const folder = mkdtempSync(join(tmpdir(), "pohmelfs-write-"));
  try {
    const path = join(folder, "count");
    writeFileSync(path, "0");
    const count = `
      import { readFileSync } from "node:fs";
      const { replaceFile } = await import(${JSON.stringify(new URL("./write-file.ts", import.meta.url).href)});
      for (let done = 0; done < ${steps}; ) {
        const before = readFileSync(${JSON.stringify(path)});
        const written = replaceFile(${JSON.stringify(path)}, Buffer.from(String(Number(before) + 1)), before);
        if (written.ok) done += 1;
        else if (!written.isOvertaken) throw new Error(written.because);
      }`;
    const all = Array.from({ length: writers }, async () => {
      const args = ["--import=tsx", "--input-type=module", "-e", count];
      const [code] = (await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit")) as [number];
      assert.equal(code, 0);
    });
    await Promise.all(all);
    assert.equal(readFileSync(path, "utf8"), String(writers * steps));
    assert.deepEqual(readdirSync(folder), ["count"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a program that died has left is in nobody's way for long, whichever way the clock was set since", () => {
  inFolder((folder) => {
    const [path, left] = [join(folder, "file"), join(folder, ".file.new")];
    writeFileSync(path, "old");
    for (const seconds of [-HOUR_S, HOUR_S]) {
      writeFileSync(left, "half");
      utimesSync(left, new Date(), new Date(Date.now() + seconds * 1000));
      assert.deepEqual(replaceFile(path, Buffer.from("new"), readFileSync(path)), { ok: true });
      assert.deepEqual(readdirSync(folder), ["file"]);
    }
    writeFileSync(left, "half");
    const written = replaceFile(path, Buffer.from("newer"), readFileSync(path));
    assert.equal(!written.ok && written.isOvertaken, true, "it may be at work yet");
    assert.equal(readFileSync(left, "utf8"), "half");
  });
});
