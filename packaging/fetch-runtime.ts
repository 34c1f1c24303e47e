import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";
import type { Runtime } from "./runtime.ts";

const sriOf = (bytes: Buffer): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

/**
 * Brings a private runtime from npm's registry, as npm is configured; once fetched it stays in `cache`.
 *
 * @param cache A folder; made when missing.
 * @returns The folder with `bin/node` and `LICENSE`.
 * @throws When npm cannot get it, or it is not what packaging/runtime.ts says.
 */
export function fetchRuntime({ module, version, integrity, binary }: Runtime, cache: string): string {
  const folder = join(cache, `${module}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const tar = join(cache, `${module}-${version}.tgz`);
  runTool(["npm", "pack", `${module}@${version}`, "--silent", "--pack-destination", cache]);
  const found = sriOf(readFileSync(tar));
  if (found !== integrity) throw new Error(`${module}@${version} is ${found}, and not ${integrity}`);
  // Beside it, then into its place at once: half a runtime must never look like one.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh);
  const files = ["package/bin/node", "package/LICENSE"];
  runTool([
    "tar",
    "--extract",
    "--file",
    tar,
    "--directory",
    fresh,
    "--strip-components=1",
    "--no-same-owner",
    ...files,
  ]);
  const sum = createHash("sha256")
    .update(readFileSync(join(fresh, "bin/node")))
    .digest("hex");
  if (sum !== binary) throw new Error(`bin/node of ${module}@${version} is ${sum}, and not ${binary}`);
  renameSync(fresh, folder);
  rmSync(tar);
  return folder;
}
