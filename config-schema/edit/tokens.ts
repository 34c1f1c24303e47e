import type { CST } from "yaml";

/** What stands between things and is none itself. */
const BETWEEN: ReadonlySet<string> = new Set(["space", "newline", "comment", "comma"]);

/** Past the last character of a token's own content: comments and line ends after it are not part of it. */
export function tokenEnd(token: CST.Token): number {
  switch (token.type) {
    case "block-map":
    case "block-seq": {
      const last = token.items.filter((item) => itemStart(item) !== undefined).at(-1);
      return last === undefined ? token.offset : itemEnd(last);
    }
    case "flow-collection": {
      const closing = token.end[0];
      return closing === undefined ? token.offset + 1 : closing.offset + closing.source.length;
    }
    case "block-scalar":
      return blockScalarBody(token).end;
    default:
      return token.offset + ("source" in token ? token.source.length : 0);
  }
}

/** Where the lines of a `|` or `>` lie, after the line that has the sign. */
export function blockScalarBody(token: CST.BlockScalar): { start: number; end: number } {
  const head = token.props.reduce((sum, prop) => sum + ("source" in prop ? prop.source.length : 0), 0);
  return { start: token.offset + head, end: token.offset + head + token.source.length };
}

/** Where a collection's item begins: at its key, its `- `, or the anchor before it. Undefined when there is none. */
export function itemStart({ start, key, sep, value }: CST.CollectionItem): number | undefined {
  return (start.find(isThing) ?? key ?? sep?.find(isThing) ?? value)?.offset;
}

/** Past the last character of an item's value; without a value, of its key with its `:`. */
export function itemEnd(item: CST.CollectionItem): number {
  return item.value == null ? valuePlace(item) : tokenEnd(item.value);
}

/** Where a value can be written: past `key:` or `- `, and past an anchor there, without the space. */
export function valuePlace({ start, key, sep }: CST.CollectionItem): number {
  const last = sep?.findLast(isThing) ?? key ?? start.findLast(isThing);
  return last == null ? 0 : tokenEnd(last);
}

const isThing = ({ type }: CST.SourceToken): boolean => !BETWEEN.has(type);
