/**
 * A manual page as data: what it says, not how it is printed. Text is Markdown within a line: `code`, *word*, **word**;
 * a newline stays one.
 */

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** Words, each with what it means. */
  | { readonly kind: "terms"; readonly entries: readonly (readonly [term: string, text: string])[] }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "heading"; readonly text: string };

export type Section = { readonly title: string; readonly blocks: readonly Block[] };

export type Page = {
  /** Such as `pohmelfs-check`. */
  readonly name: string;
  /** 5 for formats, 7 for overviews, 8 for commands of administrators: man(1). */
  readonly section: 5 | 7 | 8;
  readonly purpose: string;
  readonly sections: readonly Section[];
};

export const paragraph = (text: string): Block => ({ kind: "paragraph", text });

/** man-pages(7), "Sections within a manual page"; what it does not name comes between DESCRIPTION and what follows it. */
const BEFORE = ["SYNOPSIS", "DESCRIPTION", "ARGUMENTS", "OPTIONS", "COMMANDS"];
const AFTER = ["EXIT STATUS", "ENVIRONMENT", "FILES", "HISTORY", "NOTES", "EXAMPLES", "BUGS", "SEE ALSO"];

/**
 * Puts sections into their order. Those with one title become one, the blocks of the earlier first.
 */
export function inOrder(sections: readonly Section[]): readonly Section[] {
  const merged = new Map<string, Block[]>();
  for (const { title, blocks } of sections) merged.set(title, [...(merged.get(title) ?? []), ...blocks]);
  const rank = (title: string): number => {
    if (BEFORE.includes(title)) return BEFORE.indexOf(title);
    return BEFORE.length + (AFTER.includes(title) ? 1 + AFTER.indexOf(title) : 0);
  };
  return [...merged]
    .map(([title, blocks]) => ({ title, blocks }))
    .filter(({ blocks }) => blocks.length > 0)
    .sort((a, b) => rank(a.title) - rank(b.title));
}
