import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { readYaml } from "../read-yaml.ts";
import { harmedFile } from "../testing/harmed-file.ts";
import { keyAt, type Path, plainOf, valueAt } from "../tree.ts";
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

test("lines that are not concerned stay as they are, byte for byte, in their order", () => {
  fc.assert(
    fc.property(edits, ({ text, edit }) => {
      const edited = editText({ path: "f", text }, [edit]);
      if (!edited.ok) return;
      assert.equal(edited.text.startsWith("\ufeff"), text.startsWith("\ufeff"));
      const [before, after] = [text, edited.text].map((one) => one.replace("\ufeff", "").split("\n")) as [
        string[],
        string[],
      ];
      const concerned = linesConcerned(text, edit.path);
      // The last line of the file may get its line break.
      const isSame = (line: string, i: number): boolean =>
        line === before[i] || (i === before.length - 1 && line === `${before[i]}\r`);
      let at = 0;
      for (const i of before.keys()) {
        if (concerned.has(i)) continue;
        while (at < after.length && !isSame(after[at] ?? "", i)) at += 1;
        assert.ok(at < after.length, `line ${i + 1} is gone: ${JSON.stringify(edit)}\n${text}\n---\n${edited.text}`);
        at += 1;
      }
    }),
    { numRuns: 1000 },
  );
});

/**
 * The lines that may change: those of what the path leads to, the key of what it is in (`a: {}`), and of brackets the whole,
 * since commas belong to neighbours.
 */
function linesConcerned(text: string, path: Path): ReadonlySet<number> {
  const { tree } = readYaml({ path: "f", text });
  if (tree === undefined) return new Set();
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
  const lines = new Set<number>();
  const add = (start: number, end: number): void => {
    for (let line = lineOf(start); line <= lineOf(Math.max(start, end - 1)); line++) lines.add(line);
  };
  const isThere = plainAt(plainOf(tree) as Plain, path) !== undefined;
  const owner = path.slice(0, -1);
  const [inner, outer] = [valueAt(tree, owner), keyAt(tree, owner)];
  if (isThere) add(keyAt(tree, path).start, valueAt(tree, path).end);
  if (path.length > 1) add(outer.start, outer.end);
  for (let depth = 1; depth <= path.length; depth++) {
    const around = valueAt(tree, path.slice(0, depth - 1));
    if (/[[{]/.test(text[around.start] ?? "")) add(around.start, around.end);
  }
  // `- a: 1`: the first key stands in the line of its item, and what follows may take its place.
  if (isThere && typeof owner.at(-1) === "number") add(inner.start, inner.end);
  return lines;
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

test("a text that is wrong, or has anything in it, is edited right or refused, and nothing throws", () => {
  const right = ["tutorial", "two-sites"].map((name) => {
    return readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), "utf8");
  });
  const path = fc.constantFrom<Path>(
    ["servers", "host-75", "port"],
    ["mounts", 0, "at"],
    ["log", "level"],
    ["groups", "x"],
  );
  const value = fc.option(newValue, { nil: undefined });
  const text = fc.oneof(
    harmedFile(right).map((harmed) => harmed.text),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, path, value, (before, at, wanted) => {
      const edit: Edit = wanted === undefined ? { kind: "remove", path: at } : { kind: "set", path: at, value: wanted };
      const edited = editText({ path: "f", text: before }, [edit]);
      if (!edited.ok) assert.notEqual(edited.diagnostic.message, "");
      else if (wanted !== undefined) assert.deepEqual(plainAt(read(edited.text), at), wanted);
      else assert.equal(plainAt(read(edited.text), at), undefined);
    }),
    { numRuns: 500 },
  );
});
