import { readFileSync } from "node:fs";

/**
 * Reads what a program of ours has left.
 *
 * @returns Undefined when it is not there, was taken away in this moment, or is no JSON.
 */
export function readJson<T>(path: string): T | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
