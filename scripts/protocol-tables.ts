/**
 * The tables of docs/protocol.md: shapes from the message table itself, words from the comments in its source.
 */
import { type MessageSpec, type Shape, shapesOf } from "../daemons/wire/field.ts";
import { LIMIT, LEASE, LOCK, MESSAGES, REFUSAL, SET } from "../daemons/wire/messages.ts";
import type { Declaration, Member, MessageComments } from "./message-comments.ts";

/** How the page calls numbers and names that have a meaning of their own. */
const ALIASES: Readonly<Record<string, string>> = {
  oid: "oid",
  seq: "sequence",
  objectVersion: "version",
  client: "client id",
};

const hexType = (type: number): string => `0x${type.toString(16).padStart(2, "0")}`;
const grouped = (value: number): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
/** Text in a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|");
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), `|${head.map(() => "---|").join("")}`, ...rows.map((cells) => row(...cells))].join("\n");
const anchor = (name: string): string => `[${name}](#${name.toLowerCase()})`;

/** The structs that have a name in the source, found by the names of their fields. */
export type Records = ReadonlyMap<string, string>;
const signature = (names: readonly string[]): string => names.join();

/** @returns Names of shared structs by signature. */
export function recordsOf(comments: MessageComments): Records {
  const kinds = new Set<string>([...MESSAGES.map(({ kind }) => kind), "lockRange"]);
  const shared = [...comments.declarations].filter(
    ([name, { members }]) => /^[a-z]/.test(name) && !kinds.has(name) && members.length > 0,
  );
  return new Map(shared.map(([name, { members }]) => [signature(members.map((member) => member.name)), name]));
}

/** A shape in a few words. */
export function shapeWords(shape: Shape, records: Records, alias = ""): string {
  switch (shape.kind) {
    case "bytes":
    case "name":
    case "text":
      return `${shape.kind} ≤ ${grouped(shape.max)}`;
    case "list":
      return `list ≤ ${grouped(shape.max)} of ${shapeWords(shape.of, records)}`;
    case "struct": {
      const record = records.get(signature(Object.keys(shape.fields)));
      if (record !== undefined) return anchor(record);
      const parts = Object.entries(shape.fields).map(([name, field]) => `${name} ${shapeWords(field, records)}`);
      return `(${parts.join(", ")})`;
    }
    default: {
      const meaning = ALIASES[alias];
      return meaning === undefined ? shape.kind : `${shape.kind}: ${meaning}`;
    }
  }
}

function fieldTable(shapes: Readonly<Record<string, Shape>>, members: readonly Member[], records: Records): string {
  const rows = Object.entries(shapes).map(([name, shape]) => {
    const member = members.find((each) => each.name === name);
    return [name, shapeWords(shape, records, member?.alias), member?.comment ?? ""];
  });
  return table(["field", "on the wire", "meaning"], rows);
}

function messageText(spec: MessageSpec, declaration: Declaration | undefined, records: Records): string {
  const shapes = shapesOf(spec.fields);
  const head = `#### ${spec.kind}\n\n\`${hexType(spec.type)}\` ${spec.purpose}.`;
  return Object.keys(shapes).length === 0
    ? `${head} No fields.`
    : `${head}\n\n${fieldTable(shapes, declaration?.members ?? [], records)}`;
}

const heading = (section: string): string => `${section.charAt(0).toUpperCase()}${section.slice(1)}`;

/** Every message below the heading of its section. */
export function messagesText(comments: MessageComments): string {
  const records = recordsOf(comments);
  const parts: string[] = [];
  let section = "";
  for (const spec of MESSAGES) {
    const declaration = comments.declarations.get(spec.kind);
    if (declaration !== undefined && declaration.section !== section) {
      section = declaration.section;
      parts.push(`### ${heading(section)}`);
    }
    parts.push(messageText(spec, declaration, records));
  }
  return parts.join("\n\n");
}

/** The structs that several messages share. */
export function recordsText(comments: MessageComments): string {
  const records = recordsOf(comments);
  const shapes = new Map<string, Readonly<Record<string, Shape>>>();
  const collect = (shape: Shape): void => {
    if (shape.kind === "list") collect(shape.of);
    if (shape.kind !== "struct") return;
    const name = records.get(signature(Object.keys(shape.fields)));
    if (name !== undefined) shapes.set(name, shape.fields);
    for (const field of Object.values(shape.fields)) collect(field);
  };
  for (const { fields } of MESSAGES) for (const shape of Object.values(shapesOf(fields))) collect(shape);
  const texts = [...shapes].sort().map(([name, fields]) => {
    const declaration = comments.declarations.get(name);
    const comment = declaration?.comment ? `${declaration.comment}\n\n` : "";
    return `#### ${name}\n\n${comment}${fieldTable(fields, declaration?.members ?? [], records)}`;
  });
  return texts.join("\n\n");
}

/** The numbers that fields hold. */
export function constantsText(comments: MessageComments): string {
  const constants = { LEASE, LOCK, SET, REFUSAL };
  const rows = Object.entries(constants).map(([name, values]) => [
    name,
    Object.entries(values)
      .map(([key, value]) => `${value} ${key}`)
      .join(", "),
    comments.declarations.get(name)?.comment ?? "",
  ]);
  return table(["name", "values", "meaning"], rows);
}

/** All limits. */
export function limitsText(comments: MessageComments): string {
  const members = comments.declarations.get("LIMIT")?.members ?? [];
  const commentOf = (name: string): string => members.find((each) => each.name === name)?.comment ?? "";
  const rows = Object.entries(LIMIT).map(([name, value]) => [name, grouped(value), commentOf(name)]);
  return table(["limit", "value", "meaning"], rows);
}
