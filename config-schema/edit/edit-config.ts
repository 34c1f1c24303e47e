import { isDeepStrictEqual } from "node:util";
import { type Diagnostic, diagnosticOfFile } from "../diagnostic.ts";
import { mergeTrees } from "../merge.ts";
import type { Model } from "../model.ts";
import { type Loaded, parseConfig } from "../parse-config.ts";
import { readYaml } from "../read-yaml.ts";
import type { Source } from "../source.ts";
import { pathText, plainOf, type Tree } from "../tree.ts";
import { editText } from "./edit.ts";
import { placesFor } from "./place-of-edit.ts";
import { type Edit, editedPlain, type Plain } from "./plain.ts";

/** A file of the configuration that comes out another. */
export type FileChange = { readonly path: string; readonly before: string; readonly after: string };

export type ConfigEdited =
  | {
      readonly ok: true;
      /** In the order of the files; none when all was so already. */
      readonly changes: readonly FileChange[];
      readonly model: Model;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly ok: false;
      /**
       * The texts cannot be read; the edit cannot be done; or it can, and what comes out is wrong: then places are those of
       * the would-be text.
       */
      readonly because: "text" | "edit" | "result";
      readonly diagnostics: readonly Diagnostic[];
    };

/**
 * Changes a configuration that may lie in several files: each edit is done in the file that says what it is about, in the
 * last of them when there are several; what is taken out, in all of them. Pure. The result has passed all checks.
 *
 * @param sources The main file, then the drop-ins in their order.
 */
export function editConfig(sources: readonly Source[], edits: readonly Edit[]): ConfigEdited {
  const faults = sources.flatMap((source) => readYaml(source).diagnostics);
  if (faults.length > 0) return { ok: false, because: "text", diagnostics: faults };
  let texts = sources;
  for (const edit of edits) {
    const edited = editSources(texts, edit);
    if (!Array.isArray(edited)) return { ok: false, because: "edit", diagnostics: [edited as Diagnostic] };
    texts = edited as Source[];
  }
  const [main, ...dropIns] = texts;
  const loaded: Loaded = parseConfig(main?.path ?? "", main?.text ?? "", dropIns);
  if (!loaded.ok) return { ok: false, because: "result", diagnostics: loaded.diagnostics };
  const changes = texts.flatMap(({ path, text }, i) => {
    const before = sources[i]?.text ?? "";
    return text === before ? [] : [{ path, before, after: text }];
  });
  return { ok: true, changes, model: loaded.model, warnings: loaded.warnings };
}

function editSources(sources: readonly Source[], edit: Edit): Source[] | Diagnostic {
  const trees = sources.map((source) => readYaml(source).tree);
  const places = placesFor(trees, edit);
  const edited = [...sources];
  for (const { file, path } of places) {
    const source = edited[file];
    if (source === undefined) continue;
    const one = editText(source, [{ ...edit, path }]);
    if (!one.ok) return one.diagnostic;
    edited[file] = { ...source, text: one.text };
  }
  return isAsAsked(trees, edited, edit) ? edited : inSeveralFiles(sources, places, edit);
}

/** Whether the files laid over each other have the value that was asked for; another file may have the last word. */
function isAsAsked(before: readonly (Tree | undefined)[], after: readonly Source[], edit: Edit): boolean {
  const wanted = editedPlain(merged(before), edit);
  return isDeepStrictEqual(merged(after.map((source) => readYaml(source).tree)), wanted);
}

function merged(trees: readonly (Tree | undefined)[]): Plain {
  const there = trees.filter((tree) => tree !== undefined);
  const [first, ...others] = there;
  return first === undefined ? null : (plainOf(others.reduce(mergeTrees, first)) as Plain);
}

function inSeveralFiles(sources: readonly Source[], places: readonly { file: number }[], { path }: Edit): Diagnostic {
  const message = `parts of ${pathText(path)} stand in several files, which are laid over each other`;
  const hint = "change its keys one by one, or the files by hand";
  return diagnosticOfFile(sources[places.at(-1)?.file ?? 0]?.path ?? "", { code: "several-files", message, hint });
}
