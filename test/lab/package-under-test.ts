import { join } from "node:path";
import { run } from "../support/run.ts";

const root = join(import.meta.dirname, "../..");

/** @returns The .deb that POHMELFS_DEB names, or one that is made now, of what is here. @throws When it cannot be made. */
export async function packageUnderTest(): Promise<string> {
  const given = process.env["POHMELFS_DEB"];
  if (given !== undefined) return given;
  const printed = await run(["npm", "run", "--silent", "packages", "--", "--only", "deb"], {
    cwd: root,
    limitMs: 300_000,
    env: { ...process.env, HOME: process.env["HOME"] ?? "/root" } as Record<string, string>,
  });
  return printed.trimEnd().split("\n").at(-1) ?? "";
}
