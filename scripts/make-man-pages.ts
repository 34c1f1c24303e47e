/**
 * Makes the manual pages: of every program and command, of pohmelfs.yaml and of pohmelfs as a whole.
 *
 *     node --import tsx scripts/make-man-pages.ts [FOLDER]
 *     node --import tsx scripts/make-man-pages.ts --check
 *
 * They go into `FOLDER/man/` (default: `dist/`), which holds nothing else afterwards. With `--check` nothing is written;
 * exits 1 when a command, an option or an argument has no text.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { madeDate } from "./made-date.ts";
import { allPages } from "./manual/all-pages.ts";
import { allPrograms } from "./manual/all-programs.ts";
import { lackingText } from "./manual/program-words.ts";
import { roff } from "./manual/roff.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const lacking = allPrograms().flatMap(lackingText);
for (const one of lacking) console.error(one);
if (lacking.length > 0) process.exitCode = 1;

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const pages = allPages().map((page) => ({
  file: `${page.name}.${page.section}`,
  text: roff(page, madeDate(), `pohmelfs ${version}`),
}));

if (!process.argv.includes("--check")) {
  const folder = join(process.argv[2] ?? join(root, "dist"), "man");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of pages) writeFileSync(join(folder, file), text);
  console.error(`man pages: ${pages.length} in ${folder}`);
}
