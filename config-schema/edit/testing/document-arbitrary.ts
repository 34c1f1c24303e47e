import fc from "fast-check";
import type { Plain } from "../plain.ts";

/** A document as people write it: comments, blank lines, both styles, all quotes. */
export type Document = { readonly text: string; readonly value: Plain };

type Written = { readonly value: Plain; readonly inline?: string; readonly lines?: (column: number) => string[] };

const comment = fc.constantFrom("# one", "# 'two', {three}: [4", "#", '# "five" - six: *seven');
const maybeComment = fc.option(comment, { nil: undefined, freq: 2 });
/** Lines that stand between others. */
const between = fc.array(fc.oneof(fc.constant(""), comment), { maxLength: 2 });
const key = fc.constantFrom("a", "b", "c", "host-75", "a.b", "x_y", "Z", "no", "0x10");

const scalar: fc.Arbitrary<Written> = fc.oneof(
  fc.nat(70_000).map((value) => ({ value, inline: String(value) })),
  fc.constantFrom("word", "500 ms", "/opt/pohtest", "192.0.2.75", "no").map((value) => ({ value, inline: value })),
  fc
    .constantFrom("::1", "2001:db8::75", "a # b", "x, y", "it's", "")
    .map((value) => ({ value, inline: JSON.stringify(value) })),
  fc
    .constantFrom("quoted", "'", "# no comment")
    .map((value) => ({ value, inline: `'${value.replaceAll("'", "''")}'` })),
  fc.boolean().map((value) => ({ value, inline: String(value) })),
  fc.constant({ value: null, inline: "null" }),
);
/** Only where nothing follows in the line. */
const blockOnly: fc.Arbitrary<Written> = fc.oneof(
  fc.constant({ value: null, inline: "" }),
  fc.constantFrom("|", "|-", ">", "| # why").map((sign) => ({
    value: sign === "|-" ? "one\ntwo" : sign === ">" ? "one two\n" : "one\ntwo\n",
    lines: (column: number) => [sign, `${" ".repeat(column)}one`, `${" ".repeat(column)}two`],
  })),
);

const anchored = (written: fc.Arbitrary<Written>): fc.Arbitrary<Written> =>
  fc.tuple(written, fc.option(fc.constantFrom("&n1", "&n2"), { nil: undefined, freq: 12 })).map(([one, anchor]) => {
    return anchor === undefined || one.inline === undefined ? one : { ...one, inline: `${anchor} ${one.inline}` };
  });

function flow(depth: number): fc.Arbitrary<Written> {
  const item =
    depth === 0 ? scalar : fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: flow(depth - 1) });
  const pad = fc.constantFrom("", " ");
  const list = fc.tuple(fc.array(item, { maxLength: 3 }), pad, fc.boolean()).map(([items, space, isTrailing]) => ({
    value: items.map(({ value }) => value),
    inline: `[${space}${items.map(({ inline }) => inline).join(", ")}${isTrailing && items.length > 0 ? "," : ""}${space}]`,
  }));
  const map = fc
    .tuple(fc.uniqueArray(fc.tuple(key, item), { maxLength: 3, selector: ([k]) => k }), fc.boolean())
    .map(([pairs, isTrailing]) => ({
      value: Object.fromEntries(pairs.map(([k, { value }]) => [k, value])),
      inline:
        pairs.length === 0
          ? "{}"
          : `{ ${pairs.map(([k, { inline }]) => `${k}: ${inline}`).join(", ")}${isTrailing ? "," : ""} }`,
    }));
  return fc.oneof(list, map);
}

/** A list in brackets over several lines, with comments behind its items. */
const tallList: fc.Arbitrary<Written> = fc
  .array(fc.tuple(scalar, maybeComment), { minLength: 1, maxLength: 3 })
  .map((items) => ({
    value: items.map(([{ value }]) => value),
    lines: (column) => [
      "[",
      ...items.map(([{ inline }, note], i) => {
        return `${" ".repeat(column)}${inline}${i < items.length - 1 ? "," : ""}${note === undefined ? "" : ` ${note}`}`;
      }),
      `${" ".repeat(column)}]`,
    ],
  }));

type Part = {
  readonly head: string;
  readonly written: Written;
  readonly note: string | undefined;
  readonly before: readonly string[];
};

/** Lines of a block's parts; the first line stands where the block begins. */
function laid(parts: readonly Part[], column: number, step: number): string[] {
  const indent = " ".repeat(column);
  return parts.flatMap(({ head, written, note, before }, i) => {
    const own = i === 0 ? [] : before.map((line) => (line === "" ? "" : indent + line));
    const tail = note === undefined ? "" : ` ${note}`;
    if (written.lines === undefined) return [...own, `${indent}${head} ${written.inline}`.trimEnd() + tail];
    const [first = "", ...rest] = written.lines(column + step);
    return [...own, `${indent}${head} ${first}`.trimEnd() + (first === "" ? tail : ""), ...rest];
  });
}

function blockMap(depth: number): fc.Arbitrary<Written> {
  const value = fc.oneof(
    { weight: 4, arbitrary: anchored(scalar) },
    { weight: 1, arbitrary: blockOnly },
    { weight: 1, arbitrary: tallList },
    { weight: 2, arbitrary: anchored(flow(1)) },
    ...(depth > 0 ? [{ weight: 4, arbitrary: fc.oneof(blockMap(depth - 1), blockList(depth - 1)) }] : []),
  );
  return fc
    .uniqueArray(fc.tuple(key, value, maybeComment, between), { minLength: 1, maxLength: 4, selector: ([k]) => k })
    .map((pairs) => ({
      value: Object.fromEntries(pairs.map(([k, { value: one }]) => [k, one])),
      lines: (column) => [
        "",
        ...laid(
          pairs.map(([k, written, note, before]) => ({ head: `${k}:`, written, note, before })),
          column,
          2,
        ),
      ],
    }));
}

function blockList(depth: number): fc.Arbitrary<Written> {
  const item = fc.oneof(
    { weight: 3, arbitrary: anchored(scalar) },
    { weight: 3, arbitrary: flow(1) },
    // `- a: 1` and further keys below it.
    ...(depth > 0 ? [{ weight: 3, arbitrary: blockMap(depth - 1).map(compact) }] : []),
  );
  return fc.array(fc.tuple(item, maybeComment, between), { minLength: 1, maxLength: 3 }).map((items) => ({
    value: items.map(([{ value }]) => value),
    lines: (column) => [
      "",
      ...laid(
        items.map(([written, note, before]) => ({ head: "-", written, note, before })),
        column,
        2,
      ),
    ],
  }));
}

function compact({ value, lines }: Written): Written {
  return {
    value,
    lines: (column) => {
      const [, first = "", ...rest] = lines?.(column) ?? [];
      return [first.slice(column), ...rest];
    },
  };
}

export const documents: fc.Arbitrary<Document> = fc
  .tuple(blockMap(3), between, between, fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.boolean())
  .map(([{ value, lines }, before, after, newline, isEnded, hasMark]) => {
    const [, ...body] = lines?.(0) ?? [];
    const text = [...before, ...body, ...after].join(newline) + (isEnded ? newline : "");
    return { value, text: (hasMark ? "\ufeff" : "") + text };
  });
