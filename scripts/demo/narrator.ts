import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** How the demo speaks: steps, commands, what they printed, and remarks. In colour on a terminal that likes it. */
export type Narrator = {
  step(title: string): void;
  /** Why this is done, or what to see. */
  remark(text: string): void;
  /** @param where The machine that it stands for. */
  command(where: string, command: string): void;
  /** What a command printed, or what lies somewhere: set in. */
  output(text: string, label?: string): void;
  good(text: string): void;
  bad(text: string): void;
};

export function createNarrator(): Narrator {
  const coloured = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  const paint = (style: Style, text: string): string => (coloured ? styleText(style, text) : text);
  const print = (text: string): void => console.log(text);
  let steps = 0;
  return {
    step(title) {
      steps += 1;
      print(`\n${paint("bold", `${steps}. ${title}`)}`);
    },
    remark: (text) => print(`   ${text}`),
    command: (where, command) => print(`   ${paint("green", `[root@${where} ~]#`)} ${paint("bold", command)}`),
    output(text, label) {
      if (label !== undefined) print(`   ${paint("cyan", label)}`);
      for (const line of text.trimEnd().split("\n")) print(`   ${paint("gray", "│")} ${line}`);
    },
    good: (text) => print(`   ${paint("green", "✔")} ${text}`),
    bad: (text) => print(`   ${paint("red", "✘")} ${text}`),
  };
}
