/** What stands at the foot of an entry, and in the packages' own description. */
export const MAINTAINER = "The pohmelfs maintainers <maintainers@pohmelfs.invalid>";

const COLUMNS = 78;

/** Words set in lines, the first after `first`, the others after as many blanks. */
function filled(text: string, first: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(/\s+/).filter((some) => some !== "")) {
    const isStart = line.trim() === "" || line === first;
    if (!isStart && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = " ".repeat(first.length);
    }
    line += line === first || line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Marks of Markdown that say nothing in plain text. */
const plain = (text: string): string => text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*|`/g, "");

/**
 * The newest section of CHANGELOG.md as a changelog of Debian's, deb-changelog(5).
 *
 * @param changes CHANGELOG.md: `## …` begins a section, `- ` an entry.
 * @param when Of the entry, seconds since 1970.
 */
export function debianChangelog(name: string, version: string, changes: string, when: number): string {
  const [, section = ""] = changes.split(/^## .*$/m);
  const entries = section.split(/^- /m).slice(1);
  const texts = entries.map((entry) => plain(entry.split(/\n\n/)[0] ?? ""));
  const date = new Date(when * 1000).toUTCString().replace("GMT", "+0000");
  return [
    `${name} (${version}) unstable; urgency=medium\n`,
    ...texts.map((text) => filled(text, "  * ")),
    `\n -- ${MAINTAINER}  ${date}\n`,
  ].join("\n");
}
