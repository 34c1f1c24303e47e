import { EXIT } from "../core/exit-codes.ts";

/** Brings a changed configuration into force. @returns The code to end with. */
export async function applyChange(program: string, path: string): Promise<number> {
  console.error(`${program}: ${path} is changed; 'pohmelfs apply' brings it into force`);
  return EXIT.ok;
}
