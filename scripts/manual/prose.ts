/** Reads as much of Markdown as our documents use: headings, paragraphs, lists, tables and code. */
import type { Block, Section } from "./page.ts";

/** Lines of one kind that belong together. */
type Part = {
  readonly kind: "code" | "list" | "table" | "heading" | "comment" | "paragraph";
  readonly lines: string[];
};

const kindOf = (line: string): Part["kind"] => {
  if (/^#{1,3} /.test(line)) return "heading";
  if (line.startsWith("    ")) return "code";
  if (line.startsWith("- ")) return "list";
  if (line.startsWith("|")) return "table";
  if (line.startsWith("<!--")) return "comment";
  return "paragraph";
};

/** Whether a line goes on with what the part before it began. */
function goesOn({ kind, lines }: Part, line: string, next: Part["kind"]): boolean {
  if (kind === "list") return next === "list" || (/^ {2}\S/.test(line) && lines.at(-1) !== "");
  if (kind === "paragraph") return next === "paragraph" || next === "code";
  return kind === next && kind !== "heading" && kind !== "comment";
}

function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let open: Part | undefined;
  let isFenced = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) {
      isFenced = !isFenced;
      open = isFenced ? { kind: "code", lines: [] } : undefined;
      if (open !== undefined) parts.push(open);
    } else if (isFenced) open?.lines.push(line);
    else if (line.trim() === "") {
      // Code may have empty lines; anything else ends at one.
      if (open?.kind === "code") open.lines.push("");
      else open = undefined;
    } else {
      const kind = kindOf(line);
      if (open === undefined || !goesOn(open, line, kind)) {
        open = { kind, lines: [] };
        parts.push(open);
      }
      open.lines.push(kind === "code" && open.kind === "code" ? line.slice(4) : line);
    }
  }
  return parts;
}

const joined = (lines: readonly string[]): string => lines.map((line) => line.trim()).join(" ");

/** `- `term`: text` in all items makes a list of terms. */
function listBlock(lines: readonly string[]): Block {
  const items: string[][] = [];
  for (const line of lines) line.startsWith("- ") ? items.push([line.slice(2)]) : items.at(-1)?.push(line);
  const texts = items.map(joined);
  const entries = texts.map((text) => /^((?:`[^`]+`(?:, )?)+): (.+)$/.exec(text)?.slice(1) ?? []);
  if (entries.every(([term]) => term !== undefined))
    return { kind: "terms", entries: entries.map(([term = "", text = ""]) => [term, text]) };
  return { kind: "list", items: texts };
}

/** The first column is a term, the others are what it means, with their headings where there are several. */
function tableBlock(lines: readonly string[]): Block {
  const rows = lines.map((line) =>
    line
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
  const [heads = [], , ...body] = rows;
  const entries = body.map(([term = "", ...cells]) => {
    const parts = cells.map((cell, at) => (at === 0 ? cell : `${heads[at + 1]}: ${cell}`));
    return [term, parts.join("; ")] as const;
  });
  return { kind: "terms", entries };
}

function blockOf({ kind, lines }: Part): Block {
  switch (kind) {
    case "code":
      return { kind, lines: joinedCode(lines) };
    case "list":
      return listBlock(lines);
    case "table":
      return tableBlock(lines);
    case "heading":
      return { kind, text: joined(lines).replace(/^#+ /, "") };
    case "comment":
    case "paragraph":
      return { kind: "paragraph", text: joined(lines) };
  }
}

const joinedCode = (lines: readonly string[]): readonly string[] => lines.join("\n").trimEnd().split("\n");

const FROM = /^<!-- from (\S+): (.+) -->$/;

/**
 * @param text The document.
 * @param read Another document, for `<!-- from FILE: HEADING -->`, which stands for what that has below the heading.
 * @returns A section for each `##`; what stands before the first one has the title "".
 */
export function readProse(text: string, read: (file: string) => string): readonly Section[] {
  const sections: { title: string; blocks: Block[] }[] = [{ title: "", blocks: [] }];
  for (const part of partsOf(text)) {
    const [line = ""] = part.lines;
    const [, file, heading] = FROM.exec(line) ?? [];
    if (file !== undefined) {
      const found = readProse(read(file), read).find(({ title }) => title === heading);
      if (found === undefined) throw new Error(`${file} has no section '${heading}'`);
      sections.at(-1)?.blocks.push(...found.blocks);
    } else if (part.kind === "heading" && line.startsWith("## "))
      sections.push({ title: line.slice(3).trim(), blocks: [] });
    else if (part.kind !== "comment" && !(part.kind === "heading" && line.startsWith("# ")))
      sections.at(-1)?.blocks.push(blockOf(part));
  }
  return sections;
}
