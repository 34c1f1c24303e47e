import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** @returns The path of one of our programs: as built by `npm run build`, or below POHMELFS_DIST, to test others. */
export const dist = (name: string): string => join(process.env["POHMELFS_DIST"] ?? join(root, "dist"), name);

/** @returns Whether a program is in PATH. */
export const isInstalled = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));

/** Why this machine cannot mount, or undefined when it can: the reason of a skipped test. */
export function whyNoMount(): string | undefined {
  if (process.getuid?.() !== 0) return "mounting needs root";
  if (!existsSync("/dev/fuse")) return "this machine has no /dev/fuse";
  const missing = ["fserver", "mount.pohmelfs"].filter((name) => !existsSync(dist(name)));
  if (missing.length > 0) return `dist/${missing.join(", dist/")} is missing: npm run build`;
  return undefined;
}
