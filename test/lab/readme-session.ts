/** One command of a page and what the page says that it prints; undefined when it says nothing. */
export type Command = {
  /** A host's name, or `everywhere`. */
  readonly where: string;
  readonly line: string;
  /** Lines; `…` stands for any text, alone in a line for any lines. */
  readonly prints: readonly string[] | undefined;
};

const PROMPT = /^\[root@([\w-]+) ~\]# (.*)$/;

/**
 * The commands in a section's indented blocks, in their order. A line that ends with `\` goes on in the next; what
 * follows a command in its block is what it prints.
 *
 * @param title As in `## title`. @throws When there is no such section.
 */
export function sessionOf(page: string, title: string): readonly Command[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`there is no section '${title}'`);
  const commands: { where: string; line: string; prints: string[] | undefined }[] = [];
  let current: (typeof commands)[number] | undefined;
  for (const text of section.replace(/\\\n +/g, "").split("\n")) {
    if (!text.startsWith("    ")) {
      current = text === "" ? current : undefined;
      continue;
    }
    const [, where, line] = PROMPT.exec(text.slice(4)) ?? [];
    if (where !== undefined && line !== undefined) {
      current = { where, line: line.trim(), prints: undefined };
      commands.push(current);
    } else if (current !== undefined) {
      current.prints = [...(current.prints ?? []), text.slice(4)];
    }
  }
  return commands;
}

/** Whether a program printed what a page says. Blank lines and blanks at the ends of lines do not matter. */
export function isAsSaid(printed: string, said: readonly string[]): boolean {
  const lines = (text: string): string[] =>
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .filter((line) => line !== "");
  const pattern = lines(said.join("\n")).map((line) =>
    line.trim() === "…" ? "(?:.*\n)*" : `${line.split("…").map(literally).join(".*")}\n`,
  );
  return new RegExp(`^${pattern.join("")}$`).test(`${lines(printed).join("\n")}\n`);
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
