import { generate } from "../peers/generator.ts";
import { short } from "../peers/table.ts";

/** Loads, each in the directory of a mount. */
export const LOADS = {
  untar: `timed("untar", command, "tar", "-xf", A["archive"])\n`,
  find: `timed("find", command, "find", ".")\n`,
  fsync: `
def save():
    for at in range(A["count"]):
        fd = os.open("saved-%d" % at, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(fd, b"x" * 1000)
        os.fsync(fd)
        os.close(fd)
timed("fsync", save)
`,
} as const;

/** @returns Seconds that a load took. */
export async function seconds(load: keyof typeof LOADS, at: string, words: object): Promise<number> {
  return (await generate(LOADS[load], at, words)).get(load) ?? Number.NaN;
}

/** Prints a row: what was varied, then figures. */
export function row(what: string, figures: Readonly<Record<string, number>>): void {
  const cells = Object.entries(figures).map(([name, value]) => `${name} ${short(value)}`.padEnd(32));
  console.log(`${what.padEnd(24)}${cells.join("")}`.trimEnd());
}
