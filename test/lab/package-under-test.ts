import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isInstalled } from "../support/programs.ts";
import { run } from "../support/run.ts";
import { whyNoLab } from "./why-no-lab.ts";

const root = join(import.meta.dirname, "../..");

/** What can be in the package, or says how it is made. */
const SOURCES = ["config-schema", "daemons", "docs", "examples", "packaging", "scripts", "systemd"];
const TOOLS = ["dpkg-buildpackage", "dh", "strip"];

/** Why hosts cannot be booted here or no package can be made for them, or undefined: the reason of a skipped test. */
export function whyNoInstall(): string | undefined {
  const missing = given() === undefined ? TOOLS.filter((tool) => !isInstalled(tool)) : [];
  if (missing.length > 0) return `a package cannot be made without ${missing.join(", ")}: npm run setup -- --packages`;
  return whyNoLab();
}

/**
 * @returns The .deb that POHMELFS_DEB names, or else one of what is here: made now, unless there is one that is younger
 * than all of its sources. @throws When it cannot be made.
 */
export async function packageUnderTest(): Promise<string> {
  const there = given() ?? newestPackage();
  if (there !== undefined) return there;
  const printed = await run(["npm", "run", "--silent", "packages", "--", "--only", "deb"], {
    cwd: root,
    limitMs: 300_000,
    env: { ...process.env, HOME: process.env["HOME"] ?? "/root" } as Record<string, string>,
  });
  return printed.trimEnd().split("\n").at(-1) ?? "";
}

const given = (): string | undefined => process.env["POHMELFS_DEB"];

function newestPackage(): string | undefined {
  const folder = join(root, "dist/packages");
  const name = existsSync(folder) ? readdirSync(folder).find((file) => /^pohmelfs_.*[.]deb$/.test(file)) : undefined;
  if (name === undefined) return undefined;
  const made = changed(join(folder, name));
  const isOlder = (path: string): boolean => changed(path) > made;
  const files = SOURCES.flatMap((source) => readdirSync(join(root, source), { recursive: true, withFileTypes: true }));
  const paths = files.filter((file) => file.isFile()).map(pathOf);
  return [join(root, "package.json"), ...paths].some(isOlder) ? undefined : join(folder, name);
}

const changed = (path: string): number => statSync(path).mtimeMs;

/** Where an entry lies: Node 20 has it as `path`, later ones as `parentPath`. */
const pathOf = (entry: Dirent & { parentPath?: string }): string => join(entry.parentPath ?? entry.path, entry.name);
