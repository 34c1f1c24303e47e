import { readFileSync, writeFileSync } from "node:fs";
import { decodeMarks, encodeMarks, MARKS_PAGE_BYTES } from "../disk/marks.ts";

/** Makes an export that is not in use look as if its host had gone down since it was: the marks tell another boot. */
export function hostWentDown(root: string): void {
  const path = `${root}/.pohmelfs/marks`;
  const pages = readFileSync(path);
  const found = [0, MARKS_PAGE_BYTES].map((at) => decodeMarks(pages.subarray(at, at + MARKS_PAGE_BYTES)));
  const [last] = found.flatMap((page) => (page.ok ? [page.value] : [])).sort((a, b) => b.times - a.times);
  if (last === undefined) throw new Error(`${path} has no marks`);
  writeFileSync(path, encodeMarks({ times: last.times + 1, marks: { ...last.marks, boot: "another", closed: false } }));
}
