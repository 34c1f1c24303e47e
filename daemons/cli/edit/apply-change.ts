import { resolve } from "node:path";
import { applyConfig } from "../apply/apply.ts";
import { EXIT } from "../core/exit-codes.ts";
import { configPath } from "../machine.ts";

/**
 * Brings a changed configuration into force, if it is this machine's own.
 *
 * @param because What changed it, for the generation.
 * @returns The code to end with: 5 when the file is changed and nothing could be applied.
 */
export async function applyChange(program: string, path: string, because: string): Promise<number> {
  const own = configPath(undefined);
  if (resolve(path) !== resolve(own)) {
    console.error(`${program}: not applied: this machine goes by ${own}`);
    return EXIT.ok;
  }
  const code = await applyConfig({ because });
  if (code !== EXIT.failed) return code;
  console.error(`${program}: ${path} is changed, but not applied; 'pohmelfs apply' tries again`);
  return EXIT.partly;
}
