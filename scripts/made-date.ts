import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * The day that made pages carry, as 2026-11-24: of SOURCE_DATE_EPOCH, else of the last commit, so that two builds of one
 * tree are the same; the clock's only where there is neither.
 */
export function madeDate(): string {
  const given = process.env["SOURCE_DATE_EPOCH"] ?? lastCommit();
  const seconds = given === undefined ? Date.now() / 1000 : Number(given);
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function lastCommit(): string | undefined {
  try {
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    return execFileSync("git", ["log", "-1", "--format=%ct"], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
