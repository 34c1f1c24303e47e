import assert from "node:assert/strict";
import * as fs from "node:fs";
import { ALICE } from "../../support/as-user.ts";
import { run, shell } from "../../support/run.ts";
import { AT_SYMLINK_NOFOLLOW, setTimes } from "../../support/system.ts";
import { Mapping } from "../../support/system-memory.ts";
import { getXattr, setXattr } from "../../support/system-xattrs.ts";
import type { PairPrograms } from "../program.ts";

const textOf = (path: string): string => fs.readFileSync(path, "latin1");
const ROUNDS = 30;

/** What is done on one mount is seen on the other when the call has returned. */
export const sightPrograms: PairPrograms = {
  "what one writes the other reads, by turns": {
    run: async (a, b) => {
      for (let round = 0; round < ROUNDS; round++) {
        const [writer, reader] = round % 2 === 0 ? [a, b] : [b, a];
        fs.writeFileSync(`${writer}/file`, `round ${round} `.repeat(1 + ((round * 700) % 2000)));
        assert.equal(textOf(`${reader}/file`), `round ${round} `.repeat(1 + ((round * 700) % 2000)));
      }
    },
  },
  "what one writes the other reads through a descriptor opened before": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "0000000000");
      const [writer, reader] = [fs.openSync(`${a}/file`, "r+"), fs.openSync(`${b}/file`, "r")];
      const into = Buffer.alloc(10);
      for (let round = 0; round < ROUNDS; round++) {
        fs.writeSync(writer, String(round).padStart(10, "0"), 0);
        fs.readSync(reader, into, 0, 10, 0);
        assert.equal(Number(into.toString()), round);
      }
      fs.closeSync(writer);
      fs.closeSync(reader);
    },
  },
  "names that one makes, renames and unlinks the other sees and sees no more": {
    run: async (a, b) => {
      for (let round = 0; round < ROUNDS; round++) {
        assert.ok(!fs.existsSync(`${b}/new`)); // remembered as absent, perhaps
        fs.writeFileSync(`${a}/new`, `round ${round}`);
        assert.deepEqual(fs.readdirSync(b), ["new"]);
        assert.equal(textOf(`${b}/new`), `round ${round}`);
        fs.renameSync(`${b}/new`, `${b}/renamed`);
        assert.ok(!fs.existsSync(`${a}/new`));
        fs.unlinkSync(`${a}/renamed`);
        assert.deepEqual(fs.readdirSync(b), []);
      }
    },
  },
  "modes, owners, times, sizes, xattrs and link counts that one sets the other sees": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "text");
      for (let round = 1; round <= ROUNDS; round++) {
        const [setter, seer] = round % 2 === 0 ? [a, b] : [b, a];
        fs.chmodSync(`${setter}/file`, 0o600 + round);
        assert.equal(fs.statSync(`${seer}/file`).mode & 0o777, 0o600 + round);
        fs.chownSync(`${setter}/file`, ALICE.uid + round, 0);
        assert.equal(fs.statSync(`${seer}/file`).uid, ALICE.uid + round);
        fs.truncateSync(`${setter}/file`, round * 1000);
        assert.equal(fs.statSync(`${seer}/file`).size, round * 1000);
        setXattr(`${setter}/file`, "user.round", String(round));
        assert.equal(getXattr(`${seer}/file`, "user.round").toString(), String(round));
        fs.linkSync(`${setter}/file`, `${setter}/link-${round}`);
        assert.equal(fs.statSync(`${seer}/file`).nlink, round + 1);
        setTimes(
          `${setter}/file`,
          [
            { sec: round, nsec: 1 },
            { sec: round, nsec: 2 },
          ],
          AT_SYMLINK_NOFOLLOW,
        );
        assert.equal(fs.statSync(`${seer}/file`, { bigint: true }).mtimeNs, BigInt(round) * 1_000_000_000n + 2n);
      }
    },
  },
  "permission that one takes away the other no longer has": {
    run: async (a, b) => {
      const user = { uid: ALICE.uid, gid: ALICE.gid };
      fs.mkdirSync(`${a}/directory`);
      fs.writeFileSync(`${a}/directory/file`, "text");
      assert.equal(await run(["cat", `${b}/directory/file`], user), "text");
      fs.chmodSync(`${a}/directory`, 0o700);
      await assert.rejects(run(["cat", `${b}/directory/file`], user), /Permission denied/);
      fs.chmodSync(`${a}/directory`, 0o755);
      assert.equal(await run(["cat", `${b}/directory/file`], user), "text");
    },
  },
  "what one writes to a mapping and msyncs the other reads": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "-".repeat(10_000));
      const fd = fs.openSync(`${a}/file`, "r+");
      using mapping = new Mapping(fd, 10_000);
      for (let round = 0; round < ROUNDS; round++) {
        mapping.write(round * 300, Buffer.from(`round ${round}`));
        mapping.sync();
        assert.ok(
          textOf(`${b}/file`)
            .slice(round * 300)
            .startsWith(`round ${round}`),
        );
      }
      fs.closeSync(fd);
    },
  },
  "what one writes the other sees in a mapping made after": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "-".repeat(100));
      for (let round = 0; round < ROUNDS; round++) {
        fs.writeFileSync(`${a}/file`, String(round).padEnd(100, "."));
        const fd = fs.openSync(`${b}/file`, "r");
        using mapping = new Mapping(fd, 100, { writable: false });
        assert.equal(mapping.read(0, 100).toString(), String(round).padEnd(100, "."));
        fs.closeSync(fd);
      }
    },
  },
  "a file that one unlinks lives on while the other has it open": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "text");
      const fd = fs.openSync(`${a}/file`, "r+");
      fs.unlinkSync(`${b}/file`);
      fs.writeSync(fd, " and more", 4);
      const into = Buffer.alloc(13);
      assert.equal(fs.readSync(fd, into, 0, 13, 0), 13);
      assert.equal(into.toString(), "text and more");
      fs.writeFileSync(`${b}/file`, "another");
      assert.equal(textOf(`${a}/file`), "another");
      fs.closeSync(fd);
    },
  },
  "a file that one replaces by rename lives on while the other has it open": {
    run: async (a, b) => {
      fs.writeFileSync(`${a}/file`, "old");
      const fd = fs.openSync(`${a}/file`, "r");
      fs.writeFileSync(`${b}/new`, "new");
      fs.renameSync(`${b}/new`, `${b}/file`);
      assert.equal(fs.readFileSync(fd, "latin1"), "old");
      assert.equal(textOf(`${a}/file`), "new");
      fs.closeSync(fd);
    },
  },
  "a directory that one renames while the other writes below it keeps all": {
    run: async (a, b) => {
      fs.mkdirSync(`${a}/old/below`, { recursive: true });
      const fd = fs.openSync(`${b}/old/below/file`, "a");
      for (let round = 0; round < ROUNDS; round++) {
        const [from, to] = round % 2 === 0 ? ["old", "new"] : ["new", "old"];
        fs.renameSync(`${a}/${from}`, `${a}/${to}`);
        fs.writeSync(fd, `${round},`);
        fs.writeFileSync(`${b}/${to}/below/file-${round}`, "");
      }
      fs.closeSync(fd);
      const expected = Array.from({ length: ROUNDS }, (_, round) => `${round},`).join("");
      assert.equal(textOf(`${a}/old/below/file`), expected);
      assert.equal(fs.readdirSync(`${a}/old/below`).length, ROUNDS + 1);
    },
  },
  "sqlite3 processes on both write one database": {
    needs: ["sqlite3"],
    run: async (a, b) => {
      const sql = (dir: string, input: string): Promise<string> => run(["sqlite3", "-bail", `${dir}/db`], { input });
      await sql(a, "create table t (who text, number int);");
      const insert = (who: string): string =>
        `.timeout 60000\n${Array.from({ length: 20 }, (_, at) => `insert into t values ('${who}', ${at});`).join("\n")}`;
      await Promise.all([sql(a, insert("a")), sql(b, insert("b"))]);
      const counts = "pragma integrity_check; select who, count(*) from t group by who;";
      assert.equal(await sql(a, counts), "ok\na|20\nb|20\n");
      assert.equal(await sql(b, counts), "ok\na|20\nb|20\n");
    },
  },
  "git commits on both by turns, and finds nothing wrong": {
    needs: ["git"],
    run: async (a, b) => {
      const git = "git -c user.name=A -c user.email=a@example.org";
      await shell(`git init -q -b main`, { cwd: a });
      for (let round = 0; round < 8; round++) {
        const cwd = round % 2 === 0 ? a : b;
        await shell(`seq ${round} 300 >file-${round % 3}; git add -A; ${git} commit -q -m ${round}`, { cwd });
      }
      await shell("git gc -q; git fsck --full", { cwd: a });
      assert.equal((await shell("git status --porcelain; git rev-list --count HEAD", { cwd: b })).trim(), "8");
    },
  },
};
