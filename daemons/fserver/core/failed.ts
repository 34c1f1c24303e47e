import { errnoNumber, type ErrnoName } from "../../core/errno.ts";
import type { Message } from "../../wire/messages.ts";

/** The message `failed`. */
export function failed(errno: ErrnoName, because = ""): Message {
  return { kind: "failed", errno: errnoNumber(errno), because: because.slice(0, 1_000) };
}
