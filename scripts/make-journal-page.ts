/**
 * Fills the tables of docs/journal.md from the layouts in the code: what stands between `<!-- made: NAME -->` and
 * `<!-- end -->` is replaced, the rest is written by hand.
 *
 *     node --import tsx scripts/make-journal-page.ts [--check]
 *
 * With `--check` it writes nothing and exits 1 when the page is out of step.
 */
import { readFileSync, writeFileSync } from "node:fs";
import {
  type FieldRow,
  JOURNAL_FORMAT,
  OBJECT,
  OUTCOME,
  RECORD,
  RECORD_ALIGN,
  RECORDS,
  RECORDS_AT,
  SEGMENT,
} from "../daemons/fserver/core/journal-layout.ts";

const PAGE = new URL("../docs/journal.md", import.meta.url);
const MADE = /(<!-- made: ([a-z]+) -->\n)[\s\S]*?(<!-- end -->)/g;

function table(rows: readonly FieldRow[]): string {
  const lines = rows.map(({ name, at, bytes, what }) => `| ${at} | ${bytes} | ${name} | ${what} |`);
  return ["| at | bytes | field | what it is |", "|---|---|---|---|", ...lines].join("\n");
}

const kinds = (): string =>
  Object.entries(RECORDS)
    .map(([name, { kind, what, rows }]) => `#### ${kind} ${name}\n\n${what}.\n\n${table(rows)}`)
    .join("\n\n");

const parts: Readonly<Record<string, () => string>> = {
  version: () =>
    `Format ${JOURNAL_FORMAT}. The records of a segment begin at byte ${RECORDS_AT}, each at a multiple of ${RECORD_ALIGN}.`,
  segment: () => table(SEGMENT.rows),
  record: () => table(RECORD.rows),
  kinds,
  object: () => table(OBJECT.rows),
  outcome: () => table(OUTCOME.rows),
};

const page = readFileSync(PAGE, "utf8");
const found = new Set<string>();
const filled = page.replace(MADE, (_, begin: string, name: string, end: string) => {
  const make = parts[name];
  if (make === undefined) throw new Error(`docs/journal.md wants ${name}, which nobody makes`);
  found.add(name);
  return `${begin}\n${make()}\n\n${end}`;
});
for (const name of Object.keys(parts))
  if (!found.has(name)) throw new Error(`docs/journal.md has no place for ${name}`);

if (!process.argv.includes("--check")) writeFileSync(PAGE, filled);
else if (filled !== page) {
  console.error("docs/journal.md is out of step with journal-layout.ts: run scripts/make-journal-page.ts");
  process.exitCode = 1;
}
