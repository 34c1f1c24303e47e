import { resolve } from "node:path";
import { unifiedDiff } from "../../core/line-diff.ts";
import { EXIT } from "../core/exit-codes.ts";
import { painter } from "../core/apply/plan-text.ts";
import { configPath } from "../machine.ts";
import { type ConfigTexts, readTexts } from "./config-files.ts";
import { areHidden, currentNumber, listGenerations, textsOf } from "./generations.ts";
import { likesColour } from "./show-plan.ts";

type Side = { readonly name: string; readonly texts: ConfigTexts };

/** `pohmelfs diff [FROM] [TO]`: from the generation in force to the file as it is, unless said otherwise. */
export function showDiff(from: number | undefined, to: number | undefined): number {
  if (areHidden()) {
    console.error("pohmelfs: only root sees generations");
    return EXIT.failed;
  }
  const first = from ?? currentNumber();
  if (first === undefined) {
    console.error("pohmelfs: nothing was applied on this host yet");
    return EXIT.nothingThere;
  }
  const kept = new Set(listGenerations().map(({ number }) => number));
  const missing = [first, ...(to === undefined ? [] : [to])].find((number) => !kept.has(number));
  if (missing !== undefined) {
    console.error(`pohmelfs: there is no generation ${missing}: 'pohmelfs generations' shows those that are kept`);
    return EXIT.nothingThere;
  }
  const path = resolve(configPath(undefined));
  const before: Side = { name: `generation ${first}`, texts: textsOf(first) };
  const after: Side =
    to === undefined ? { name: path, texts: readTexts(path) } : { name: `generation ${to}`, texts: textsOf(to) };
  process.stdout.write(diffText(before, after));
  return EXIT.ok;
}

/** Files with more lines than this are only said to differ: comparing takes the product of the two. */
const LINES_MAX = 5_000;

function diffText(before: Side, after: Side): string {
  const paint = painter(likesColour(process.stdout));
  const names = [...new Set([...before.texts.dropIns.keys(), ...after.texts.dropIns.keys()])].sort();
  const files = [
    { name: "", one: before.texts.file, other: after.texts.file },
    ...names.map((name) => ({
      name: ` ${name}`,
      one: before.texts.dropIns.get(name),
      other: after.texts.dropIns.get(name),
    })),
  ];
  return files
    .map(({ name, one, other }) => {
      const [old, now] = [textOf(one), textOf(other)];
      if (old === now) return "";
      const long = Math.max(old.split("\n").length, now.split("\n").length) > LINES_MAX;
      const lines = (long ? "too long to compare" : unifiedDiff(old, now)).trimEnd().split("\n");
      const shown = lines.map((line) =>
        line.startsWith("+") ? paint("green", line) : line.startsWith("-") ? paint("red", line) : line,
      );
      return `--- ${before.name}${name}\n+++ ${after.name}${name}\n${shown.join("\n")}\n`;
    })
    .join("");
}

const textOf = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? "" : Buffer.from(bytes).toString("utf8");
