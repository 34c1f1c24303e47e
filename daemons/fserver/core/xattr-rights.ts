import type { Caller } from "../../core/caller.ts";
import type { ErrnoName } from "../../core/errno.ts";

/** The xattr that carries an object's number. xattr(7): of the trusted ones only root knows. */
export const MARK = "trusted.pohmelfs";

/** Whether it is ours: no client sees it, or can have it. */
export const isOurXattr = (name: string): boolean => name === MARK || name.startsWith(`${MARK}.`);

/**
 * xattr(7), for what the kernel cannot check itself: a thread whose file-system user is not root keeps the capabilities
 * of the process that trusted.* and security.* ask for.
 *
 * @returns Why the caller may not set or remove it.
 */
export function mayChangeXattr(name: string, caller: Caller): ErrnoName | undefined {
  if (isOurXattr(name)) return "EPERM";
  return caller.uid !== 0 && (name.startsWith("trusted.") || name.startsWith("security.")) ? "EPERM" : undefined;
}

/** Whether a caller sees it at all. */
export const maySeeXattr = (name: string, caller: Caller): boolean =>
  !isOurXattr(name) && (caller.uid === 0 || !name.startsWith("trusted."));
