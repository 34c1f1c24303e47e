/**
 * Makes what shells need to complete our programs.
 *
 *     node --import tsx scripts/make-completions.ts [FOLDER]
 *     node --import tsx scripts/make-completions.ts --check
 *
 * They go into `FOLDER/completions/{bash,zsh,fish}/` (default: `dist/`), which holds nothing else afterwards. With
 * `--check` nothing is written; exits 1 when nobody has said what stands at a place.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bashCompletion } from "./completion/bash.ts";
import { completedPrograms } from "./completion/completed-programs.ts";
import { fishCompletion } from "./completion/fish.ts";
import { unknownPlaces } from "./completion/value-kinds.ts";
import { zshCompletion } from "./completion/zsh.ts";

const programs = completedPrograms();
const unknown = programs.flatMap(unknownPlaces);
for (const place of unknown) console.error(`scripts/completion/value-kinds.ts does not say what stands at: ${place}`);
if (unknown.length > 0) process.exitCode = 1;

const files = [
  ...programs.map((program) => ({ file: `bash/${program.name}`, text: bashCompletion(program) })),
  { file: "zsh/_pohmelfs", text: zshCompletion(programs) },
  ...programs.map((program) => ({ file: `fish/${program.name}.fish`, text: fishCompletion(program) })),
];

if (!process.argv.includes("--check")) {
  const folder = join(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)), "completions");
  rmSync(folder, { recursive: true, force: true });
  for (const { file, text } of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  console.error(`completions: ${files.length} files in ${folder}`);
}
