/**
 * Makes docs/options.md, the reference of all keys of pohmelfs.yaml, from the schema.
 *
 *     node --import tsx scripts/make-options-page.ts [--check]
 *
 * With `--check` it writes nothing and exits 1 when the page is out of step.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { keysOf, keyText } from "./config-keys.ts";

const PAGE = new URL("../docs/options.md", import.meta.url);
const SCHEMA = new URL("../config-schema/pohmelfs.schema.json", import.meta.url);

const HEAD = `# Options

All keys of [pohmelfs.yaml](pohmelfs.yaml.md), made by \`scripts/make-options-page.ts\` from
[the schema](../config-schema/pohmelfs.schema.json). \`NAME\` stands for any name, \`[]\` for any item of a list.
`;

function page(): string {
  const keys = keysOf(JSON.parse(readFileSync(SCHEMA, "utf8")));
  return `${[HEAD, ...keys.map(keyText)].join("\n").trimEnd()}\n`;
}

const made = page();
if (!process.argv.includes("--check")) writeFileSync(PAGE, made);
else if (readFileSync(PAGE, "utf8") !== made) {
  console.error("docs/options.md is out of step: run scripts/make-options-page.ts");
  process.exitCode = 1;
}
