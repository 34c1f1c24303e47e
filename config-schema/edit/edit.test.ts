import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readYaml } from "../read-yaml.ts";
import { type Path, plainOf } from "../tree.ts";
import { editText } from "./edit.ts";
import { type Edit, editedPlain, type Plain, plainAt } from "./plain.ts";
import { documents } from "./testing/document-arbitrary.ts";

const read = (text: string): Plain => {
  const { tree, diagnostics } = readYaml({ path: "f", text });
  assert.deepEqual(diagnostics, [], text);
  return tree === undefined ? null : (plainOf(tree) as Plain);
};

/** Every path of a value, of collections too. */
function pathsIn(value: Plain, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const steps: [string | number, Plain][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...steps.flatMap(([step, item]) => pathsIn(item, [...at, step]))];
}

const newValue: fc.Arbitrary<Plain> = fc.oneof(
  fc.nat(99_999),
  fc.constantFrom(
    "new",
    "",
    "a: b",
    "no # comment",
    "it's",
    '"',
    "2001:db8::1",
    "010",
    "null",
    "- x",
    "{",
    "two\nlines",
  ),
  fc.constantFrom<Plain>(null, true, [], {}, ["n", 1], { n: 1 }, { n: { m: [1, { o: 2 }] } }),
);

/** An edit that a document can take: anything that is there, a new key of a map, the next item of a list. */
function editOf(value: Plain, pick: number, wanted: Plain | undefined): Edit | undefined {
  const paths = pathsIn(value);
  const path = paths[pick % paths.length] ?? [];
  if (wanted === undefined) return path.length === 0 ? undefined : { kind: "remove", path };
  const there = plainAt(value, path);
  if (Array.isArray(there) && pick % 2 === 0) return { kind: "set", path: [...path, there.length], value: wanted };
  if (typeof there === "object" && !Array.isArray(there) && (there !== null || path.length > 0) && pick % 3 > 0)
    return { kind: "set", path: [...path, "new-key"], value: wanted };
  return path.length === 0 ? undefined : { kind: "set", path, value: wanted };
}

const edits = fc
  .tuple(documents, fc.nat(), fc.option(newValue, { nil: undefined, freq: 3 }))
  .map(([document, pick, wanted]) => ({ ...document, edit: editOf(document.value, pick, wanted) }))
  .filter((one): one is typeof one & { edit: Edit } => one.edit !== undefined);

const commentsIn = (text: string): string[] => {
  // Those of generated documents have these words, and no value has them.
  return text
    .split(/\r?\n/)
    .flatMap((line) => line.match(/# (one|'two', \{three\}: \[4|"five" - six: \*seven|why)$/)?.slice(1) ?? []);
};

test("generated documents are what they are said to be", () => {
  fc.assert(fc.property(documents, ({ text, value }) => assert.deepEqual(read(text), value)));
});

test("an edited text has the value that was asked for", () => {
  let refused = 0;
  let tried = 0;
  fc.assert(
    fc.property(edits, ({ text, value, edit }) => {
      tried += 1;
      const edited = editText({ path: "f", text }, [edit]);
      if (!edited.ok) {
        refused += 1;
        assert.fail(`${edited.diagnostic.message}\n${JSON.stringify(edit)}\n${text}`);
      } else assert.deepEqual(read(edited.text), editedPlain(value, edit), text);
    }),
    { numRuns: 1000 },
  );
  assert.ok(refused * 50 <= tried, `${refused} of ${tried} were refused`);
});

test("lines outside of what is changed stay as they are, byte for byte", () => {
  fc.assert(
    fc.property(edits, ({ text, edit }) => {
      const edited = editText({ path: "f", text }, [edit]);
      if (!edited.ok) return;
      assert.equal(edited.text.startsWith("\ufeff"), text.startsWith("\ufeff"));
      const [before, after] = [text, edited.text].map((one) => one.replace("\ufeff", "").split("\n")) as [
        string[],
        string[],
      ];
      // The top-level section that the path begins with, and the line before it, is all that may differ.
      const [from, to] = sectionLines(text, String(edit.path[0]));
      const same = (a: readonly string[], b: readonly string[]): void =>
        assert.deepEqual(a, b, `${JSON.stringify(edit)}\n${text}\n---\n${edited.text}`);
      same(after.slice(0, from), before.slice(0, from));
      if (to < before.length) same(after.slice(after.length - (before.length - to)), before.slice(to));
    }),
    { numRuns: 1000 },
  );
});

/** The lines of a top-level key, up to the last that has content; of a new key, none behind the last section. */
function sectionLines(text: string, key: string): [number, number] {
  const { tree } = readYaml({ path: "f", text });
  if (tree?.kind !== "map") return [0, 0];
  const starts = [...tree.entries].map(([name, { key: span }]) => ({
    name,
    line: text.slice(0, span.start).split("\n").length - 1,
  }));
  const lines = text.split("\n");
  const contentEnd = (from: number): number => {
    let end = from;
    while (end > 0 && /^\s*(#.*)?$/.test((lines[end - 1] ?? "").trim())) end -= 1;
    return end;
  };
  const at = starts.findIndex(({ name }) => name === key);
  if (at < 0) {
    const end = contentEnd(lines.length);
    return [end - 1, end];
  }
  const end = starts[at + 1]?.line ?? lines.length;
  // The last line of the file may get its line break.
  return [starts[at]?.line ?? 0, end];
}

test("no comment is lost or changes its place among the others, but those in the lines of what goes", () => {
  fc.assert(
    fc.property(edits, ({ text, value, edit }) => {
      const edited = editText({ path: "f", text }, [edit]);
      if (!edited.ok) return;
      const [before, after] = [commentsIn(text), commentsIn(edited.text)];
      const was = plainAt(value, edit.path);
      const mayGo = edit.kind === "remove" || (typeof was === "object" && was !== null) || typeof was === "string";
      if (!mayGo) assert.deepEqual(after, before, `${JSON.stringify(edit)}\n${text}\n---\n${edited.text}`);
      // What is left is a subsequence of what was.
      let at = 0;
      for (const one of before) if (after[at] === one) at += 1;
      assert.equal(at, after.length, `${JSON.stringify(edit)}\n${text}\n---\n${edited.text}`);
    }),
    { numRuns: 1000 },
  );
});

test("setting a number and setting it back gives the text that was", () => {
  fc.assert(
    fc.property(documents, fc.nat(), ({ text, value }, pick) => {
      const numbers = pathsIn(value).filter((path) => typeof plainAt(value, path) === "number");
      const path = numbers[pick % Math.max(numbers.length, 1)];
      if (path === undefined) return;
      const set = (into: string, to: Plain): string => {
        const edited = editText({ path: "f", text: into }, [{ kind: "set", path, value: to }]);
        assert.ok(edited.ok);
        return edited.text;
      };
      assert.equal(set(set(text, 123_456), plainAt(value, path) ?? null), text);
    }),
    { numRuns: 500 },
  );
});
