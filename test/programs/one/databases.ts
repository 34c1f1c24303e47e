import assert from "node:assert/strict";
import { run } from "../../support/run.ts";
import type { Programs } from "../program.ts";

const sql = (file: string, text: string): Promise<string> => run(["sqlite3", "-bail", file], { input: text });

/** Many small transactions, each its own fsync; then one large; then a vacuum. */
const work = (journal: string): string => `
.timeout 20000
pragma journal_mode=${journal};
create table t (id integer primary key, name text, body blob);
create index by_name on t (name);
${Array.from({ length: 20 }, (_, at) => `insert into t (name, body) values ('small ${at}', randomblob(500));`).join("\n")}
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
  insert into t (name, body) select 'name ' || i, randomblob(200) from n;
commit;
begin; delete from t where id % 3 = 0; rollback;
update t set name = name || '!' where id % 5 = 0;
delete from t where id % 7 = 0;
vacuum;
`;

const check = async (file: string): Promise<void> => {
  assert.equal(await sql(file, "pragma integrity_check; select count(*) from t;"), "ok\n4303\n");
};

export const databasePrograms: Programs = {
  "sqlite3 with a rollback journal keeps its database whole": {
    needs: ["sqlite3"],
    run: async (dir) => {
      await sql(`${dir}/database`, work("delete"));
      await check(`${dir}/database`);
    },
  },
  "sqlite3 with a write-ahead log keeps its database whole": {
    needs: ["sqlite3"],
    run: async (dir) => {
      await sql(`${dir}/database`, work("wal"));
      await check(`${dir}/database`);
    },
  },
  "three sqlite3 processes write one database at the same time": {
    needs: ["sqlite3"],
    run: async (dir) => {
      const file = `${dir}/database`;
      await sql(file, "create table t (who int, number int);");
      const insert = (who: number): string =>
        `.timeout 60000\n${Array.from({ length: 15 }, (_, at) => `insert into t values (${who}, ${at});`).join("\n")}`;
      await Promise.all([1, 2, 3].map((who) => sql(file, insert(who))));
      const counts = await sql(file, "pragma integrity_check; select who, count(*) from t group by who;");
      assert.equal(counts, "ok\n1|15\n2|15\n3|15\n");
    },
  },
};
