import { type Diagnostic, diagnosticAt, diagnosticOfFile, type Finding } from "../diagnostic.ts";
import { readYaml } from "../read-yaml.ts";
import type { Source } from "../source.ts";
import { type Path, pathText, plainOf } from "../tree.ts";
import { addEntry, addFirst, addToNothing, isNothing } from "./add-entry.ts";
import { type Located, locate, type OpenText, openText, sharedWith, spanOf, unusual } from "./open-text.ts";
import { type Edit, editedPlain, type Plain, plainAt, samePlain } from "./plain.ts";
import { removeEntry } from "./remove-entry.ts";
import { setValue } from "./set-value.ts";
import { smallerEdits } from "./smaller-edits.ts";
import { type Splice, spliced } from "./splice.ts";

export type Edited =
  | { readonly ok: true; readonly text: string }
  /** Why it cannot be done, and where in the text. */
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/**
 * Changes a configuration's text as a person would: what is not concerned stays byte for byte, with its comments, order,
 * quotes, anchors and blank lines. Pure. What comes out has been read again, and has the value that was asked for.
 *
 * @param edits Done one after the other; when one cannot be done, none is.
 */
export function editText(source: Source, edits: readonly Edit[]): Edited {
  let text = source.text;
  for (const edit of edits) {
    const edited = editOnce({ path: source.path, text }, edit);
    if (!edited.ok) return edited;
    text = edited.text;
  }
  return { ok: true, text };
}

function editOnce(source: Source, edit: Edit): Edited {
  const opened = openText(source);
  if (!opened.ok) return opened;
  const { plain } = opened.text;
  if (edit.kind === "set" && samePlain(plainAt(plain, edit.path), edit.value)) return { ok: true, text: source.text };
  const parts = edit.kind === "set" ? smallerEdits(plainAt(plain, edit.path), edit) : undefined;
  if (parts !== undefined) return editText(source, parts);
  const splices = splicesFor(opened.text, edit);
  if (!Array.isArray(splices)) return { ok: false, diagnostic: splices };
  const text = spliced(source.text, splices);
  return comesOut(text, editedPlain(plain, edit))
    ? { ok: true, text }
    : refused(opened.text, edit.path, unusual(edit.path.slice(0, -1)));
}

/** Whether a text reads as it should: the last word on whether an edit is right. */
function comesOut(text: string, wanted: Plain): boolean {
  const { tree, diagnostics } = readYaml({ path: "", text });
  return diagnostics.length === 0 && tree !== undefined && samePlain(plainOf(tree) as Plain, wanted);
}

function splicesFor(text: OpenText, edit: Edit): Splice[] | Diagnostic {
  const { path } = edit;
  const located = locate(text, path);
  if (!("entries" in located)) return located;
  const { entries, collections } = located;
  const owner = entries.at(-1);
  const collection = collections.at(-1);
  const isThere = entries.length === path.length;
  const shared = sharedWith(text, located, isThere ? owner : undefined);
  if (shared !== undefined) return shared;
  if (!isThere) return edit.kind === "set" ? adding(text, edit, located) : absent(text, path, entries.length);
  if (owner === undefined || collection === undefined)
    return refusal(text, { code: "whole-file", message: "a path is needed: the whole file is not replaced" });
  if (edit.kind === "remove") return removeEntry(text, collection, owner, entries.at(-2));
  return setValue(
    text,
    owner,
    edit.value,
    collections.some(({ isFlow }) => isFlow),
  );
}

/** Writes what of a path is missing, with the value. */
function adding(text: OpenText, { path, value }: Edit & { kind: "set" }, located: Located): Splice[] | Diagnostic {
  const { entries, collections } = located;
  const [missing, ...below] = path.slice(entries.length);
  const made = wrapped(below, value);
  if (missing === undefined || made === undefined) return absent(text, path, entries.length);
  const collection = collections[entries.length];
  if (collection !== undefined) {
    if (typeof missing === "number" && missing !== collection.entries.length) return absent(text, path, entries.length);
    return addEntry(text, collection, missing, made);
  }
  const owner = entries.at(-1);
  if (typeof missing === "number" && missing !== 0) return absent(text, path, entries.length);
  if (owner === undefined)
    return typeof missing === "string" ? addToNothing(text, missing, made) : absent(text, path, 0);
  if (!isNothing(owner)) return refusal(text, unusual(path.slice(0, -1)));
  const isInFlow = collections.some(({ isFlow }) => isFlow);
  // Sections and what holds more have lines of their own, a member's priority has not.
  const isBlock = !isInFlow && (entries.length === 1 || (typeof made === "object" && made !== null));
  return addFirst(text, owner, missing, made, isBlock);
}

/** The value of a key of which more steps are missing; undefined when a list would begin with another item than [0]. */
function wrapped([step, ...rest]: Path, value: Plain): Plain | undefined {
  if (step === undefined) return value;
  const inner = wrapped(rest, value);
  if (inner === undefined || (typeof step === "number" && step !== 0)) return undefined;
  return typeof step === "number" ? [inner] : { [step]: inner };
}

function absent(text: OpenText, path: Path, known: number): Diagnostic {
  return refusalAt(text, path.slice(0, known), {
    code: "nothing-there",
    message: `there is no ${pathText(path.slice(0, known + 1))}`,
  });
}

const refused = (text: OpenText, path: Path, finding: Finding): Edited => ({
  ok: false,
  diagnostic: refusalAt(text, path, finding),
});

const refusal = ({ source }: OpenText, finding: Finding): Diagnostic => diagnosticOfFile(source.path, finding);

function refusalAt(text: OpenText, path: Path, finding: Finding): Diagnostic {
  const located = locate(text, path);
  const value = "entries" in located ? (located.entries.at(-1)?.value ?? null) : null;
  return value === null ? refusal(text, finding) : diagnosticAt(spanOf(text.source, value), finding);
}
