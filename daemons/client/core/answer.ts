import type { ErrnoName } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { Context } from "./context.ts";
import type { ChangeOutcome } from "./replicator.ts";

export function answerError(c: Context, header: Header, errno: ErrnoName): void {
  c.ports.reply(header, { kind: "error", errno });
}

export function answerEmpty(c: Context, header: Header): void {
  c.ports.reply(header, { kind: "empty" });
}

/** Answers success without a body, or the errno. */
export function answerResult(c: Context, header: Header, result: Result<unknown>): void {
  if (result.ok) answerEmpty(c, header);
  else answerError(c, header, result.errno);
}

/** @returns The errno the kernel is to see, or undefined when the change is done. */
function errnoOf(outcome: ChangeOutcome): ErrnoName | undefined {
  return outcome.errno;
}
