import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyConfig } from "../apply/apply.ts";
import { takeLock } from "../apply/lock.ts";
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
  await othersDone();
  const code = await applyConfig({ because });
  if (code !== EXIT.failed) return code;
  console.error(`${program}: ${path} is changed, but not applied; 'pohmelfs apply' tries again`);
  return EXIT.partly;
}

const LOCK_WAIT_MS = 60_000;
const LOCK_TRY_MS = 200;

/** An apply that is going on has read the file before this change: it is waited for, and the next one sees both. */
async function othersDone(): Promise<void> {
  for (let waited = 0; waited < LOCK_WAIT_MS; waited += LOCK_TRY_MS) {
    const isFree = tryLock();
    if (isFree) return;
    await sleep(LOCK_TRY_MS);
  }
}

function tryLock(): boolean {
  try {
    const lock = takeLock();
    if (lock.held) lock.release();
    return lock.held;
  } catch {
    // There is no place for a lock: the apply will say so.
    return true;
  }
}
