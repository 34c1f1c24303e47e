/** What stands in one section: directive and value, in this order. A value of undefined leaves the line out. */
export type Lines = readonly (readonly [directive: string, value: string | undefined])[];

/** The sections of a unit, in this order. */
export type Sections = Readonly<Record<string, Lines>>;

export const HEADER = "# Made by pohmelfs-generator. Changes here are lost; edit the SourcePath= instead.";

/** The text of a unit file, systemd.syntax(7). Values are escaped already. */
export function unitText(sections: Sections): string {
  const parts = Object.entries(sections).map(([name, lines]) => {
    const written = lines.flatMap(([directive, value]) => (value === undefined ? [] : [`${directive}=${value}\n`]));
    return `\n[${name}]\n${written.join("")}`;
  });
  return `${HEADER}\n${parts.join("")}`;
}
