/** Which manual pages there are. A new command of `pohmelfs` has its page by itself. */
import { existsSync, readFileSync } from "node:fs";
import { EXIT_TEXTS } from "../../daemons/cli/core/exit-codes.ts";
import { keysOf } from "../config-keys.ts";
import { allPrograms } from "./all-programs.ts";
import { configPage } from "./config-page.ts";
import { mountOptionSections } from "./mount-option-sections.ts";
import { type Block, inOrder, type Page, paragraph, type Section } from "./page.ts";
import { programPage, sentence } from "./program-page.ts";
import { type ProgramWords, withCommands } from "./program-words.ts";
import { readProse } from "./prose.ts";
import { withReferences } from "./references.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** What people wrote for a page; nothing, where all there is to say is made. */
function proseOf(name: string): readonly Section[] {
  const path = `docs/man/${name}.md`;
  return existsSync(new URL(`../../${path}`, import.meta.url))
    ? readProse(read(path), read).filter(({ title }) => title !== "")
    : [];
}

/** Of every command of pohmelfs. */
const COMMON: readonly Section[] = [
  {
    title: "EXIT STATUS",
    blocks: [{ kind: "terms", entries: EXIT_TEXTS.map(([code, when]) => [`**${code}**`, sentence(when)]) }],
  },
  {
    title: "FILES",
    blocks: [
      {
        kind: "terms",
        entries: [
          [
            "`/etc/pohmelfs.yaml`, `/etc/pohmelfs.d/*.yaml`",
            "The configuration, and what is laid over it: pohmelfs.yaml(5).",
          ],
        ],
      },
    ],
  },
];

function pageOf(words: ProgramWords): Page {
  const name = words.name.replaceAll(" ", "-");
  const extra = name === "mount.pohmelfs" ? mountOptionSections() : [];
  return programPage(words, [...extra, ...proseOf(`${name}.8`)], words.exitCodes === undefined ? COMMON : []);
}

/** The overview, whose glossary is that of docs/words.md. */
function overview(): Page {
  const words = readProse(read("docs/words.md"), read).flatMap(({ blocks }) =>
    blocks.filter(({ kind }) => kind === "terms"),
  );
  const sections = [
    ...proseOf("pohmelfs.7"),
    { title: "WORDS", blocks: [paragraph("One word for each idea."), ...words] },
  ];
  return { name: "pohmelfs", section: 7, purpose: "one directory on several machines", sections: inOrder(sections) };
}

/** The shapes of --json, from docs/json.md. */
function jsonPage(): Page {
  const told = (text: string): string =>
    text.replace(/^(.*?); meaning: (.*)$/, (_, type: string, meaning: string) => `${sentence(meaning)}\nType: ${type}`);
  const toldBlock = (block: Block): Block =>
    block.kind === "terms" ? { ...block, entries: block.entries.map(([term, text]) => [term, told(text)]) } : block;
  const [about, ...shapes] = readProse(read("docs/json.md"), read);
  const sections = [
    { title: "DESCRIPTION", blocks: about?.blocks ?? [] },
    ...shapes.map((shape) => ({ title: shape.title.toUpperCase(), blocks: shape.blocks.map(toldBlock) })),
  ];
  return { name: "pohmelfs-json", section: 5, purpose: "the shapes of what pohmelfs tells with --json", sections };
}

/** All pages, each with its references to the others. */
export function allPages(): readonly Page[] {
  const keys = keysOf(JSON.parse(read("config-schema/pohmelfs.schema.json")));
  const pages = [
    ...allPrograms().flatMap(withCommands).map(pageOf),
    configPage(keys, proseOf("pohmelfs.yaml.5")),
    jsonPage(),
    overview(),
  ];
  return pages.map((page) => withReferences(page, pages));
}
