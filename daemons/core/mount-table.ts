/** One mount as the kernel lists it. */
export type MountEntry = {
  /** Directory, without the kernel's escapes. */
  readonly at: string;
  readonly type: string;
  /** First column of mount(8): the device, or what a file system gave instead. */
  readonly source: string;
  /** `major:minor` of st_dev; for FUSE `0:N`, where N also names its folder in /sys/fs/fuse/connections. */
  readonly device: string;
};

/** proc_pid_mountinfo(5): space, tab, newline and backslash are written as three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/**
 * @param text Of /proc/self/mountinfo.
 * @returns Its mounts in the order of mounting: of several at one directory the last is the one that is seen. Lines that
 *   are none of that format are left out.
 */
export function parseMountTable(text: string): MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of text.split("\n")) {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const [left = "", right = ""] = line.split(" - ", 2);
    const [, , device, , at] = left.split(" ");
    const [type, source] = right.split(" ");
    if (device === undefined || at === undefined || type === undefined || source === undefined) continue;
    entries.push({ at: unescaped(at), type: unescaped(type), source: unescaped(source), device });
  }
  return entries;
}

/** What the kernel shows as the type of our mounts. */
export const MOUNT_TYPE = "fuse.pohmelfs";

/** @returns The mount that is seen at exactly this directory, if there is one. */
export const mountedAt = (entries: readonly MountEntry[], at: string): MountEntry | undefined =>
  entries.findLast((entry) => entry.at === at);
