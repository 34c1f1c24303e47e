/**
 * Fills the tables of docs/protocol.md from the message table: what stands between `<!-- made: NAME -->` and
 * `<!-- end -->` is replaced, the rest is written by hand.
 *
 *     node --import tsx scripts/make-protocol-page.ts [--check]
 *
 * With `--check` it writes nothing and exits 1 when the page is out of step.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { PROTOCOL } from "../daemons/wire/messages.ts";
import { messageComments } from "./message-comments.ts";
import { constantsText, limitsText, messagesText, recordsText } from "./protocol-tables.ts";

const PAGE = new URL("../docs/protocol.md", import.meta.url);
const TABLE = new URL("../daemons/wire/messages.ts", import.meta.url);
const MADE = /(<!-- made: ([a-z]+) -->\n)[\s\S]*?(<!-- end -->)/g;

const comments = messageComments(readFileSync(TABLE, "utf8"));
const parts: Readonly<Record<string, () => string>> = {
  version: () => `Version ${PROTOCOL.max} of the protocol; this software speaks ${PROTOCOL.min} to ${PROTOCOL.max}.`,
  messages: () => messagesText(comments),
  records: () => recordsText(comments),
  constants: () => constantsText(comments),
  limits: () => limitsText(comments),
};

const page = readFileSync(PAGE, "utf8");
const found = new Set<string>();
const filled = page.replace(MADE, (_, begin: string, name: string, end: string) => {
  const make = parts[name];
  if (make === undefined) throw new Error(`docs/protocol.md wants ${name}, which nobody makes`);
  found.add(name);
  return `${begin}\n${make()}\n\n${end}`;
});
for (const name of Object.keys(parts))
  if (!found.has(name)) throw new Error(`docs/protocol.md has no place for ${name}`);

if (!process.argv.includes("--check")) writeFileSync(PAGE, filled);
else if (filled !== page) {
  console.error("docs/protocol.md is out of step with daemons/wire/messages.ts: run scripts/make-protocol-page.ts");
  process.exitCode = 1;
}
