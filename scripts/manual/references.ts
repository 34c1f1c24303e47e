import { type Block, inOrder, type Page, paragraph } from "./page.ts";

const REFERENCE = /([a-zA-Z][\w.-]*)\(([1-8])\)/g;

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return [block.text];
    case "list":
      return block.items;
    case "terms":
      return block.entries.flat();
    case "code":
      return [];
  }
}

/** Pages that a page names, such as `pohmelfs.yaml(5)`, each once. */
export function referencesOf({ sections }: Pick<Page, "sections">): ReadonlySet<string> {
  const texts = sections.flatMap(({ blocks }) => blocks.flatMap(textsOf));
  return new Set(texts.flatMap((text) => [...text.matchAll(REFERENCE)].map(([whole]) => whole)));
}

const idOf = ({ name, section }: Page): string => `${name}(${section})`;

/** man-pages(7): by section, then by name. */
const bySection = (a: string, b: string): number => {
  const key = (id: string): string => `${id.at(-2)} ${id}`;
  return key(a) < key(b) ? -1 : 1;
};

/** Makes SEE ALSO of what the page names of ours, of what people wrote there, and of what every page leads to. */
export function withReferences(page: Page, all: readonly Page[]): Page {
  const ours = new Set(all.map(idOf));
  const written = page.sections.filter(({ title }) => title === "SEE ALSO");
  const named = [...referencesOf(page)].filter((id) => ours.has(id));
  const ids = new Set([...named, ...referencesOf({ sections: written }), "pohmelfs(8)", "pohmelfs.yaml(5)"]);
  ids.delete(idOf(page));
  const rest = page.sections.filter(({ title }) => title !== "SEE ALSO");
  const seeAlso = { title: "SEE ALSO", blocks: [paragraph([...ids].sort(bySection).join(", "))] };
  return { ...page, sections: inOrder([...rest, seeAlso]) };
}
