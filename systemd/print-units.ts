import type { Units } from "./core/units.ts";

/** Units as one text: `---NAME---` before each, and links as `---NAME--- -> TARGET`. */
export const printUnits = (units: Units): string =>
  [...units]
    .map(([name, made]) => (made.kind === "file" ? `---${name}---\n${made.text}` : `---${name}--- -> ${made.target}\n`))
    .join("");
