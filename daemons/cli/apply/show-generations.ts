import { EXIT } from "../core/exit-codes.ts";
import type { Generation } from "../core/apply/generation.ts";
import { table } from "../core/table.ts";
import { areHidden, listGenerations } from "./generations.ts";

const WIDTH = 34;

const short = (text: string): string => (text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 3)}...`);

function row({ number, time, outcome, because, changes, current }: Generation): readonly string[] {
  const first = changes[0];
  const what = first === undefined ? because : `${first}${changes.length > 1 ? `, ${changes.length - 1} more` : ""}`;
  return [
    `${current ? "*" : ""}${number}`,
    time.replace(/\.\d+Z$/, "Z"),
    outcome,
    short(because === "apply" ? what : because),
  ];
}

/** `pohmelfs generations`. */
export function showGenerations(json: boolean): number {
  if (areHidden()) {
    console.error("pohmelfs: only root sees generations");
    return EXIT.failed;
  }
  const generations = listGenerations();
  if (json) process.stdout.write(`${JSON.stringify({ version: 1, generations }, undefined, 2)}\n`);
  else if (generations.length === 0) process.stdout.write("No generations: nothing was applied on this host yet.\n");
  else process.stdout.write(table([["number", "time", "outcome", "what"], ...generations.map(row)], new Set([0])));
  return EXIT.ok;
}
