import assert from "node:assert/strict";
import * as fs from "node:fs";
import { run, shell } from "../../support/run.ts";
import { Mapping, PAGE } from "../../support/system-memory.ts";
import type { Programs } from "../program.ts";

/** As careful editors do it: a new file beside the old one, on the disk, then the name, on the disk. */
function saveByRename(path: string, text: string): void {
  const temporary = `${path}.tmp~`;
  const fd = fs.openSync(temporary, "wx", 0o600);
  fs.writeSync(fd, text);
  fs.fchmodSync(fd, 0o644);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(temporary, path);
  const folder = fs.openSync(path.slice(0, path.lastIndexOf("/")), "r");
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

const vim = async (file: string, ...commands: string[]): Promise<void> => {
  const words = commands.flatMap((command) => ["-c", command]);
  await run(["vim", "-es", "-N", "-u", "NONE", "-i", "NONE", ...words, "-c", "wq", file]);
};

export const savingPrograms: Programs = {
  "saving by a new file, fsync and rename: readers see old or new, never less": {
    run: async (dir) => {
      const path = `${dir}/document`;
      saveByRename(path, "version 0 ".repeat(1000));
      for (let version = 1; version <= 60; version++) {
        const reader = fs.openSync(path, "r");
        saveByRename(path, `version ${version} `.repeat(1000));
        assert.equal(fs.readFileSync(reader, "latin1"), `version ${version - 1} `.repeat(1000));
        fs.closeSync(reader);
        assert.equal(fs.readFileSync(path, "latin1"), `version ${version} `.repeat(1000));
      }
      assert.deepEqual(fs.readdirSync(dir), ["document"]);
    },
  },
  "vim saves by rename and in place, with backup and swap files": {
    needs: ["vim"],
    run: async (dir) => {
      fs.writeFileSync(`${dir}/text`, "one\ntwo\nthree\n", { mode: 0o640 });
      fs.linkSync(`${dir}/text`, `${dir}/second-name`);
      await vim(`${dir}/text`, "set backupskip= backup writebackup backupcopy=no", "1s/one/ONE/");
      assert.equal(fs.readFileSync(`${dir}/text`, "latin1"), "ONE\ntwo\nthree\n");
      assert.equal(fs.readFileSync(`${dir}/text~`, "latin1"), "one\ntwo\nthree\n");
      assert.equal(fs.statSync(`${dir}/text`).mode & 0o777, 0o640);
      await vim(`${dir}/second-name`, "set backupcopy=yes", "1s/one/uno/");
      assert.equal(fs.readFileSync(`${dir}/text~`, "latin1"), "uno\ntwo\nthree\n");
      assert.ok(!fs.readdirSync(dir).some((name) => name.endsWith(".swp")));
    },
  },
  "saving through a mapping: grown, written, msynced, cut to size": {
    run: async (dir) => {
      for (let round = 0; round < 20; round++) {
        const path = `${dir}/mapped-${round % 4}`;
        const text = `round ${round}, `.repeat(2_000 + round * 100);
        const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT);
        const room = Math.ceil(text.length / PAGE + 4) * PAGE;
        fs.ftruncateSync(fd, room);
        {
          using mapping = new Mapping(fd, room);
          mapping.write(0, Buffer.from(text));
          mapping.sync();
        }
        fs.ftruncateSync(fd, text.length);
        fs.closeSync(fd);
        assert.equal(fs.readFileSync(path, "latin1"), text);
      }
    },
  },
  "the shell's redirections, sed -i, dd, sort -o and patch do what they say": {
    run: async (dir) => {
      const out = await shell(
        `seq 1 1000 >numbers; seq 1001 2000 >>numbers; sed -i 's/^1/one/' numbers; sort -r -o numbers numbers
         wc -l <numbers; head -1 numbers; dd if=numbers of=copy bs=777 status=none; cmp numbers copy
         dd if=/dev/zero of=copy bs=10 count=1 seek=5 conv=notrunc status=none; cmp numbers copy | wc -l
         : >numbers; wc -c <numbers; printf '%s' text | tee a b >c; cat a b c; echo`,
        { cwd: dir },
      ).catch((error: Error) => error.message);
      assert.match(out, /^2000\none999\n1\n0\ntexttexttext\n$/);
    },
  },
  "a log is written by one process and followed by another": {
    run: async (dir) => {
      const script = `: >log; (for i in $(seq 1 200); do echo "line $i" >>log; done; echo end >>log) & 
        tail -n +1 -f --pid=$! log | sed '/^end$/q' | wc -l; wait`;
      assert.equal((await shell(script, { cwd: dir })).trim(), "201");
    },
  },
};
