/** pohmelfs.yaml(5): what people wrote, and each key as the schema has it. */
import { factsOf, type Key } from "../config-keys.ts";
import { type Block, inOrder, type Page, paragraph, type Section } from "./page.ts";

function keyTextOf(key: Key): string {
  const { description, type, fallback, examples, since } = factsOf(key);
  const facts = [`Type: ${type}`, `Default: ${fallback}`, ...examples.map((example) => `Example: \`${example}\``)];
  return [description, ...facts, `Since: ${since}`].join("\n");
}

/** A heading for each key of the whole, with the keys below it as terms. */
function keyBlocks(keys: readonly Key[]): readonly Block[] {
  return keys
    .filter(({ path }) => !path.includes("."))
    .flatMap((top): Block[] => {
      const below = keys.filter(({ path }) => path !== top.path && path.split(/[.[]/)[0] === top.path);
      return [
        { kind: "heading", text: top.path },
        paragraph(keyTextOf(top)),
        { kind: "terms", entries: below.map((key) => [`\`${key.path}\``, keyTextOf(key)]) },
      ];
    });
}

export function configPage(keys: readonly Key[], prose: readonly Section[]): Page {
  const made = {
    title: "KEYS",
    blocks: [paragraph("`NAME` stands for any name, `[]` for any item of a list."), ...keyBlocks(keys)],
  };
  return {
    name: "pohmelfs.yaml",
    section: 5,
    purpose: "the configuration of pohmelfs: servers, groups and mounts",
    sections: inOrder([...prose, made]),
  };
}
