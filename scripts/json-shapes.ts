/** The shapes that docs/json.md describes, and whether a value has one. */

/** One row of a table: a field and what may stand there. */
export type Field = {
  /** Such as `groups[].members[].server`. */
  readonly path: string;
  readonly isOptional: boolean;
  readonly orNull: boolean;
  /** `text`, `whole number`, `number`, `true or false`, `object`, `anything`, a list of words, or `#a-diagnostic` for another shape. */
  readonly type: string;
};

/** By the title of its section. */
export type Shapes = ReadonlyMap<string, readonly Field[]>;

/** As links of Markdown name a heading. */
const anchorOf = (title: string): string =>
  `#${title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-")}`;

function fieldOf(row: string): Field {
  const [, path = "", words = ""] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const isOptional = words.endsWith(", may be missing");
  const bare = words.replace(/, may be missing$/, "");
  const type = bare.replace(/,? or null$/, "");
  const [, link] = /^\[.+\]\((#.+)\)$/.exec(type) ?? [];
  return { path: path.replaceAll("`", ""), isOptional, orNull: bare !== type, type: link ?? type };
}

/** Reads the tables of docs/json.md. */
export function readShapes(page: string): Shapes {
  const sections = page.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [title = "", ...lines] = section.split("\n");
      return [title, lines.filter((line) => /^\| `/.test(line)).map(fieldOf)];
    }),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "anything":
      return true;
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "whole number":
      return Number.isSafeInteger(value);
    case "true or false":
      return typeof value === "boolean";
    case "object":
      return isObject(value);
    default:
      return type.startsWith("`") && type.split(", ").includes(`\`${String(value)}\``);
  }
}

/**
 * Holds a value against a shape.
 *
 * @param without Fields of the shape that are not there.
 * @returns What does not fit, one line each: a field that is not described, one that is missing, one of another type.
 */
export function misfits(
  shapes: Shapes,
  title: string,
  value: unknown,
  without: readonly string[] = [],
): readonly string[] {
  const fields = shapes.get(title)?.filter(({ path }) => !without.includes(path));
  if (fields === undefined) return [`docs/json.md has no section '${title}'`];
  return below(value, "");

  /** Fields right below a path: `a` has `a.b`, a list `a[]` has `a[].b`. */
  function below(object: unknown, prefix: string): readonly string[] {
    if (!isObject(object)) return [`${prefix || "all"} is no object`];
    const own = (fields ?? []).filter(
      ({ path }) => path.startsWith(prefix) && /^\w+(\[\])?$/.test(path.slice(prefix.length)),
    );
    const known = new Map(own.map((field) => [field.path.slice(prefix.length).replace("[]", ""), field]));
    const unknown = Object.keys(object).filter((name) => !known.has(name));
    return [
      ...unknown.map((name) => `${prefix}${name} is not described`),
      ...[...known].flatMap(([name, field]) => {
        if (!(name in object)) return field.isOptional ? [] : [`${field.path} is missing`];
        return field.path.endsWith("[]") ? itemsOf(object[name], field) : one(object[name], field, field.path);
      }),
    ];
  }

  function itemsOf(list: unknown, field: Field): readonly string[] {
    if (!Array.isArray(list)) return [`${field.path} is no list`];
    return [...new Set(list.flatMap((item) => one(item, field, field.path)))];
  }

  function one(item: unknown, { type, orNull }: Field, at: string): readonly string[] {
    if (item === null && orNull) return [];
    if (type.startsWith("#")) {
      const other = [...shapes.keys()].find((name) => anchorOf(name) === type) ?? type;
      const inner = other.startsWith("pohmelfs") ? ["version", "ok"] : [];
      return misfits(shapes, other, item, inner).map((problem) => `${at}: ${problem}`);
    }
    if (!hasType(item, type)) return [`${at} is ${JSON.stringify(item)}, and not: ${type}`];
    return type === "object" ? below(item, `${at}.`) : [];
  }
}
