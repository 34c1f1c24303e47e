import {
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import { type Diagnostic, diagnosticAt, type Finding } from "../diagnostic.ts";
import { readYaml } from "../read-yaml.ts";
import { keyName } from "../tree-reader.ts";
import type { Source } from "../source.ts";
import { type Path, pathText, plainOf, type Tree } from "../tree.ts";
import type { Plain } from "./plain.ts";
import { itemEnd, itemStart } from "./tokens.ts";

/** A text that can be edited: right as YAML, with the place of everything in it. */
export type OpenText = {
  readonly source: Source;
  readonly root: Node | null;
  readonly plain: Plain;
  readonly tree: Tree | undefined;
};

/** One key with its value, or one item of a list, as it stands in the text. */
export type Entry = {
  readonly step: string | number;
  readonly item: CST.CollectionItem;
  readonly start: number;
  readonly end: number;
  readonly value: Node | null;
};

/** A map or list of the text. */
export type Collection = {
  readonly kind: "map" | "list";
  readonly isFlow: boolean;
  readonly token: CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
  readonly entries: readonly Entry[];
};

export type Opened =
  | { readonly ok: true; readonly text: OpenText }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

export function openText(source: Source): Opened {
  const { tree, diagnostics } = readYaml(source);
  const [fault] = diagnostics;
  if (fault !== undefined) return { ok: false, diagnostic: fault };
  const document = parseDocument(source.text, {
    version: "1.2",
    keepSourceTokens: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const plain = tree === undefined ? null : (plainOf(tree) as Plain);
  return { ok: true, text: { source, root: document.contents, plain, tree } };
}

/** A node as a collection with its entries; undefined when it is none, or is written in a way that has no such places. */
export function collectionOf(node: Node | null): Collection | undefined {
  if (!isCollection(node) || node.srcToken === undefined || !("items" in node.srcToken)) return undefined;
  const token = node.srcToken;
  const items: CST.CollectionItem[] = token.items.filter((item) => itemStart(item) !== undefined);
  const values = node.items as (Node | Pair<Node, Node | null> | null)[];
  if (items.length !== values.length) return undefined;
  const entries = items.map((item, i): Entry | undefined => {
    const value = values[i] ?? null;
    const place = { item, start: itemStart(item) ?? 0, end: itemEnd(item) };
    if (isSeq(node)) return { ...place, step: i, value: value as Node | null };
    const { key, value: inner } = value as Pair<Node, Node | null>;
    const step = isScalar(key) ? keyName(key) : undefined;
    return step === undefined ? undefined : { ...place, step, value: inner };
  });
  if (entries.includes(undefined)) return undefined;
  return {
    kind: isMap(node) ? "map" : "list",
    isFlow: token.type === "flow-collection",
    token,
    entries: entries as Entry[],
  };
}

/** Where a path leads as far as it goes. */
export type Located = {
  /** From the root down; one for each step that is there. */
  readonly entries: readonly Entry[];
  /** The collections they are in; one more when the next step is missing in a collection that is there. */
  readonly collections: readonly Collection[];
};

/** @returns Why the path cannot be followed: through an alias, or through a value that is no collection of its kind. */
export function locate({ source, root }: OpenText, path: Path): Located | Diagnostic {
  const entries: Entry[] = [];
  const collections: Collection[] = [];
  let node = root;
  for (const [depth, step] of path.entries()) {
    const here = path.slice(0, depth);
    const complain = (finding: Finding): Diagnostic => diagnosticAt(spanOf(source, node), finding);
    if (isAlias(node)) {
      const name = node.source;
      const hint = `what '&${name}' stands for is used elsewhere too: write it out here first`;
      return complain({ code: "through-alias", message: `${named(here)} is the alias '*${name}'`, hint });
    }
    if (node === null || (isScalar(node) && node.value === null)) break;
    const wanted = typeof step === "number" ? "list" : "map";
    const collection = collectionOf(node);
    if (collection === undefined && isCollection(node)) return complain(unusual(here));
    if (collection?.kind !== wanted) {
      const hint = wanted === "map" ? undefined : "an item of a list is meant by [0]";
      return complain({ code: `no-${wanted}`, message: `${named(here)} is no ${wanted}`, hint });
    }
    collections.push(collection);
    const entry = collection.entries.find((one) => one.step === step);
    if (entry === undefined) break;
    entries.push(entry);
    node = entry.value;
  }
  return { entries, collections };
}

/** An alias elsewhere that stands for something which a change at these entries changes too. */
export function sharedWith(text: OpenText, { entries }: Located, changed: Entry | undefined): Diagnostic | undefined {
  const anchors = new Set<string>();
  const note = (node: unknown): void => {
    if (typeof node === "object" && node !== null && "anchor" in node && typeof node.anchor === "string")
      anchors.add(node.anchor);
  };
  note(text.root);
  for (const { value } of entries) note(value);
  if (changed?.value) visit(changed.value, { Node: (_, node) => note(node) });
  let found: Diagnostic | undefined;
  visit(text.root, {
    Alias: (_, alias) => {
      const [at = 0] = alias.range ?? [];
      if (!anchors.has(alias.source) || (changed !== undefined && at >= changed.start && at < changed.end))
        return undefined;
      const message = `'*${alias.source}' here stands for what is to be changed`;
      found = diagnosticAt(spanOf(text.source, alias), { code: "shared", message, hint: "write it out here first" });
      return visit.BREAK;
    },
  });
  return found;
}

export const unusual = (path: Path): Finding => ({
  code: "unusual",
  message: `${named(path)} is written in a way that only a person can edit`,
});

export const spanOf = (source: Source, node: Node | null) => {
  const [start, end] = node?.range ?? [0, 0];
  return { source, start, end };
};

const named = (path: Path): string => (path.length === 0 ? "the file" : pathText(path));
