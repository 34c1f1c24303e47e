import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import { type Diagnostic, diagnosticAt, type Finding } from "./diagnostic.ts";
import { positionOf, type Source, type Span } from "./source.ts";
import type { Entry, Tree } from "./tree.ts";

/** Values of a file, with aliases written out: nine lines of aliases can stand for a billion ("billion laughs"). */
const VALUES_MAX = 50_000;
/** The schema needs five levels. */
const DEPTH_MAX = 32;

/** Turns the parser's nodes into a `Tree`, once, in the order of the file. */
export class TreeReader {
  /** Values anchored so far, complete ones only: so no value can contain itself. */
  readonly #anchors = new Map<string, { tree: Tree; values: number }>();
  #values = 0;
  #stopped = false;
  readonly #source: Source;
  readonly #diagnostics: Diagnostic[];

  constructor(source: Source, diagnostics: Diagnostic[]) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  /** Whether a limit was reached: then what was read is not all. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** @param fallback Where a value without text lies: at its key. */
  read(node: Node | null, depth = 0, fallback?: Span): Tree {
    const at = this.#span(node, fallback);
    const before = this.#values;
    if (this.#takes(1, at) && depth > DEPTH_MAX) {
      this.#stopped = true;
      this.#report(at, { code: "too-deep", message: `lists or maps are nested more than ${DEPTH_MAX} deep` });
    }
    if (this.#stopped || node === null) return { kind: "scalar", at, value: null };
    if (isAlias(node)) return this.#alias(node.source, at);
    if (typeof node.tag === "string") {
      const tag = node.tag.replace(/^tag:yaml\.org,2002:/, "!!");
      const hint = "drop the tag, and quote the value if it is text";
      this.#report(at, { code: "tag", message: `tags are not used in this file: '${tag}'`, hint });
    }
    const tree = this.#content(node, depth, at);
    if ("anchor" in node && typeof node.anchor === "string") {
      this.#anchors.set(node.anchor, { tree, values: this.#values - before });
    }
    return tree;
  }

  #content(node: Node, depth: number, at: Span): Tree {
    if (isMap(node)) return { kind: "map", at, entries: this.#entries(node.items as Pair<Node, Node | null>[], depth) };
    if (isSeq(node)) {
      return { kind: "list", at, items: node.items.map((item) => this.read(item as Node | null, depth + 1, at)) };
    }
    return { kind: "scalar", at, value: isScalar(node) ? this.#scalar(node, at) : null };
  }

  #entries(pairs: readonly Pair<Node, Node | null>[], depth: number): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      const key = this.#span(pair.key);
      const name = this.#keyName(pair.key, key);
      const value = this.read(pair.value, depth + 1, key);
      if (name === undefined) continue;
      const first = entries.get(name);
      if (first === undefined) entries.set(name, { key, value });
      else
        this.#report(key, { code: "duplicate-key", message: `'${name}' stands here twice`, hint: firstIn(first.key) });
    }
    return entries;
  }

  #keyName(node: Node | null, at: Span): string | undefined {
    if (!isScalar(node) || node.value === null) {
      this.#report(at, { code: "bad-key", message: "a key must be a word", hint: "quote it, if it is meant as text" });
      return undefined;
    }
    if (node.type === "PLAIN" && node.source === "<<") {
      const hint = "write the keys out, or use `defaults:`";
      this.#report(at, { code: "merge-key", message: "merge keys ('<<') are not part of YAML 1.2", hint });
      return undefined;
    }
    return keyName(node);
  }

  #scalar(node: Scalar, at: Span): string | number | boolean | null {
    const { value } = node;
    if (typeof value === "number" && node.type === "PLAIN" && /^[-+]?0[0-9]/.test(node.source ?? "")) {
      const hint = `write ${value}, or '${node.source}' in quotes if it is text`;
      const message = `'${node.source}' is octal to some programs and decimal to others`;
      this.#report(at, { code: "leading-zero", message, hint });
    }
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    return value === null || value === undefined ? null : String(value);
  }

  #alias(name: string, at: Span): Tree {
    const anchored = this.#anchors.get(name);
    if (anchored !== undefined && this.#takes(anchored.values, at)) return anchored.tree;
    if (anchored === undefined) {
      this.#report(at, { code: "unknown-alias", message: `nothing before this is anchored as '&${name}'` });
    }
    return { kind: "scalar", at, value: null };
  }

  #takes(values: number, at: Span): boolean {
    if (this.#stopped) return false;
    this.#values += values;
    if (this.#values <= VALUES_MAX) return true;
    this.#stopped = true;
    this.#report(at, { code: "too-large", message: `the file stands for more than ${VALUES_MAX} values` });
    return false;
  }

  #span(node: Node | null, fallback?: Span): Span {
    const [start, end] = node?.range ?? [0, 0];
    if (start === end && fallback !== undefined) return fallback;
    return { source: this.#source, start, end };
  }

  #report(at: Span, finding: Finding): void {
    this.#diagnostics.push(diagnosticAt(at, finding));
  }
}

/** A key as written: a server may be called 0x10, which the parser takes for 16. */
export const keyName = (node: Scalar): string =>
  node.type === "PLAIN" && node.source !== undefined ? node.source : String(node.value);

const firstIn = (at: Span): string => `the first is in line ${positionOf(at.source, at.start).line}`;
