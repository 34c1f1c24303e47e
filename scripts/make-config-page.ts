/**
 * Fills the made parts of docs/pohmelfs.yaml.md: the example from examples/, and errors as people see them. What stands between `<!-- made: NAME -->` and `<!-- end -->` is replaced, the rest is written by hand.
 *
 *     node --import tsx scripts/make-config-page.ts [--check]
 *
 * With `--check` it writes nothing and exits 1 when the page is out of step.
 */
import { readFileSync, writeFileSync } from "node:fs";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const PAGE = new URL("../docs/pohmelfs.yaml.md", import.meta.url);
const MADE = /(<!-- made: ([a-z]+) -->\n)[\s\S]*?(<!-- end -->)/g;

const parts: Readonly<Record<string, () => string>> = {
  example: () => `\`\`\`yaml\n${read("examples/tutorial.yaml")}\`\`\``,
  errors: () => `\`\`\`text\n${read("config-schema/fixtures/several-at-once.txt")}\`\`\``,
};

const page = readFileSync(PAGE, "utf8");
const found = new Set<string>();
const filled = page.replace(MADE, (_, begin: string, name: string, end: string) => {
  const make = parts[name];
  if (make === undefined) throw new Error(`docs/pohmelfs.yaml.md wants ${name}, which nobody makes`);
  found.add(name);
  return `${begin}\n${make()}\n\n${end}`;
});
for (const name of Object.keys(parts))
  if (!found.has(name)) throw new Error(`docs/pohmelfs.yaml.md has no place for ${name}`);

if (!process.argv.includes("--check")) writeFileSync(PAGE, filled);
else if (filled !== page) {
  console.error("docs/pohmelfs.yaml.md is out of step: run scripts/make-config-page.ts");
  process.exitCode = 1;
}
