import { didYouMean } from "../../../config-schema/did-you-mean.ts";
import { parseValue } from "../../../config-schema/edit/parse-value.ts";
import type { Edit } from "../../../config-schema/edit/plain.ts";
import type { TextRead } from "../../../config-schema/load.ts";
import { parsePath } from "../../../config-schema/parse-path.ts";
import { readYaml } from "../../../config-schema/read-yaml.ts";
import { type Path, pathText, type Tree } from "../../../config-schema/tree.ts";
import { EXIT } from "../core/exit-codes.ts";
import { changeConfig } from "./change-config.ts";
import { configPath } from "../machine.ts";
import { printDiagnostics } from "../read-config.ts";

export type SetOptions = {
  readonly config: string | undefined;
  readonly remove: boolean;
  readonly dryRun: boolean;
  readonly noApply: boolean;
};

/**
 * `pohmelfs set PATH VALUE` and `pohmelfs set PATH --delete`: changes the file that says it, and applies.
 *
 * @returns The code to end with.
 */
export async function set(text: string, value: string | undefined, options: SetOptions): Promise<number> {
  if (options.remove === (value !== undefined)) {
    console.error("pohmelfs: set needs a value, or --delete in its place");
    return EXIT.usage;
  }
  const parsed = parsePath(text);
  if (!parsed.ok) {
    console.error(`pohmelfs: '${text}' is no path: at character ${parsed.column}, ${parsed.because}`);
    return EXIT.usage;
  }
  const edit = editOf(parsed.path, value);
  if (edit === undefined) return EXIT.usage;
  const { config, dryRun, noApply } = options;
  const told = `${pathText(edit.path)} is ${edit.kind === "remove" ? "taken out" : `now ${value}`}`;
  return changeConfig({ program: "pohmelfs", path: configPath(config), dryRun, noApply }, (texts) => ({
    edits: [edit],
    told: [told],
    hint: slip(texts, edit.path),
  }));
}

function editOf(path: Path, value: string | undefined): Edit | undefined {
  if (value === undefined) return { kind: "remove", path };
  const parsed = parseValue(value);
  if (parsed.ok) return { kind: "set", path, value: parsed.value };
  printDiagnostics([parsed.diagnostic]);
  return undefined;
}

/** A name in a path that is not there, and is like one that is: the errors of what would be made tell nothing of that. */
function slip(texts: readonly TextRead[], path: Path): string | undefined {
  let trees = texts.flatMap((text) => readYaml(text).tree ?? []);
  for (const [depth, step] of path.entries()) {
    const below: Tree[] = trees.flatMap((tree) => {
      if (tree.kind === "map") return tree.entries.get(String(step))?.value ?? [];
      return tree.kind === "list" ? (tree.items[Number(step)] ?? []) : [];
    });
    const keys = trees.flatMap((tree) => (tree.kind === "map" ? [...tree.entries.keys()] : []));
    const like = below.length > 0 || typeof step === "number" ? undefined : didYouMean(step, keys);
    if (like !== undefined) return `there is no '${pathText(path.slice(0, depth + 1))}' yet; did you mean '${like}'?`;
    trees = below;
  }
  return undefined;
}
