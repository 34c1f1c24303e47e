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

/** The entries of the newest section. `## …` begins a section, `- ` an entry. */
function newest(changes: string): readonly string[] {
  const [, section = ""] = changes.split(/^## .*$/m);
  const entries = section.split(/^- /m).slice(1);
  return entries.map((entry) => plain(entry.split(/\n\n/)[0] ?? ""));
}

/**
 * The newest section of CHANGELOG.md as a changelog of Debian's, deb-changelog(5).
 *
 * @param when Of the entry, seconds since 1970.
 */
export function debianChangelog(name: string, version: string, changes: string, when: number): string {
  const date = new Date(when * 1000).toUTCString().replace("GMT", "+0000");
  return [
    `${name} (${version}) unstable; urgency=medium\n`,
    ...newest(changes).map((text) => filled(text, "  * ")),
    `\n -- ${MAINTAINER}  ${date}\n`,
  ].join("\n");
}

/** The same as rpm has it in a spec's `%changelog`. */
export function rpmChangelog(version: string, changes: string, when: number): string {
  // "Tue, 14 Nov 2023 …" → "Tue Nov 14 2023"
  const [weekday = "", day, month, year] = new Date(when * 1000).toUTCString().split(" ");
  const head = `* ${weekday.replace(",", "")} ${month} ${day} ${year} ${MAINTAINER} - ${version}-1`;
  // A per cent sign begins a macro.
  return [head, ...newest(changes).map((text) => filled(text, "- ").replaceAll("%", "%%"))].join("\n");
}
