import { ofSshfs, ofTwoCopies } from "./bars.ts";
import { generate } from "./generator.ts";
import { rates } from "./rates.ts";
import type { Workload } from "./workload.ts";

const PROGRAM = `
import sqlite3
def insert(base, count):
    for at in range(count):
        base.execute("insert into t values (?, ?)", (at, "x" * 200))
        base.commit()
os.mkdir(A["name"])
for mode, figure, count in (("delete", "SQLite, rollback", A["rollback"]), ("wal", "SQLite, WAL", A["wal"])):
    base = sqlite3.connect(A["name"] + "/" + mode)
    base.execute("pragma journal_mode = " + mode)
    base.execute("pragma synchronous = full")
    base.execute("create table t (a integer primary key, b text)")
    base.commit()
    timed(figure, insert, base, count)
    base.close()
command("rm", "-r", A["name"])
`;

/** Transactions of one row, with synchronous=full. */
export const sqlite: Workload = {
  name: "sqlite",
  figures: [
    { name: "SQLite, rollback", unit: "/s", bars: [ofTwoCopies(1.5), ofSshfs(1)] },
    { name: "SQLite, WAL", unit: "/s", bars: [ofTwoCopies(1.5), ofSshfs(1)] },
  ],
  run: async ({ system, sizes: { files }, name }) => {
    const [rollback, wal] = [Math.ceil(files / 20), Math.ceil(files / 5)];
    const found = await generate(PROGRAM, system.at, { rollback, wal, name });
    return rates(found, { "SQLite, rollback": rollback, "SQLite, WAL": wal });
  },
};
