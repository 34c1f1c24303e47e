import { OPTIONS } from "../../client/core/mount-option-table.ts";
import { table } from "./table.ts";

/** @returns What `mount.pohmelfs --help` prints, made from the table of options. */
export function mountHelp(): string {
  const rows: string[][] = [];
  for (const [name, option] of OPTIONS) {
    if (option.kind === "word") rows.push([`  ${name}`, option.purpose]);
    if (option.kind === "value") rows.push([`  ${option.example}`, option.purpose]);
    if (option.kind === "elsewhere") rows.push([`  ${name}`, `left to mount(8), fstab and systemd: ${option.purpose}`]);
  }
  return `Usage: mount.pohmelfs GROUP DIR [-sfnv] [-o OPTIONS]
       mount.pohmelfs none DIR -o idx=N[,OPTIONS]

Mounts a group of servers at a directory. mount(8) calls it for type pohmelfs.
Unmount with umount(8): it waits until every server has every change.

  -f  check everything, mount nothing
  -n  do not write to /run/mount/utab
  -s  tolerate unknown options
  -v  say what is done

Options:
${table([...rows, ["  x-*", "left to mount(8), fstab and systemd"]])}
Exit codes: 0 mounted, 1 wrong call or not root, 2 system error, 4 bug, 8 interrupted, 32 failed.
`;
}
