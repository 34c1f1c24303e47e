import { readFileSync } from "node:fs";
import { type MountEntry, parseMountTable } from "../core/mount-table.ts";

/** All mounts of this process's namespace, in the order of mounting. No directory is touched by looking. */
export const readMounts = (): MountEntry[] => parseMountTable(readFileSync("/proc/self/mountinfo", "utf8"));
