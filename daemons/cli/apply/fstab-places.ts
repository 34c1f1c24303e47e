import { readFileSync } from "node:fs";

/** Directories that /etc/fstab mounts something at. fstab(5): the second field, with octal digits for spaces. */
export function fstabPlaces(path = "/etc/fstab"): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .map((line) => line.trim().split(/\s+/)[1] ?? "")
    .map((place) =>
      place.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    )
    .filter((place) => place.startsWith("/"));
}
