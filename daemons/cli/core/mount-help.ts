import { OPTIONS, type OptionRow } from "../../client/core/mount-option-table.ts";
import { usageText } from "../../core/usage.ts";
import { twoColumns } from "../../core/wrap.ts";
import { MOUNT_USAGE } from "./mount-usage.ts";

/** An option of `-o` that is not refused, as it is written, and what it does. */
export type MountOptionText = { readonly written: string; readonly text: string };

const textOf = (name: string, option: OptionRow): MountOptionText[] => {
  switch (option.kind) {
    case "word":
      return [{ written: name, text: option.purpose }];
    case "value":
      return [{ written: option.example, text: option.purpose }];
    case "elsewhere":
      return [{ written: name, text: `left to mount(8), fstab and systemd: ${option.purpose}` }];
    case "refused":
      return [];
  }
};

/** All that may stand after `-o`, in the order of the table. */
export const mountOptionTexts = (): readonly MountOptionText[] => [
  ...[...OPTIONS].flatMap(([name, option]) => textOf(name, option)),
  { written: "x-*", text: "left to mount(8), fstab and systemd" },
];

/** @returns What `mount.pohmelfs --help` prints. */
export function mountHelp(): string {
  const rows = mountOptionTexts().map(({ written, text }) => [`  ${written}`, text] as const);
  return `${usageText(MOUNT_USAGE)}\nOptions after -o:\n${twoColumns(rows)}`;
}
