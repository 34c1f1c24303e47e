import type { ErrnoName } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { Context } from "./context.ts";

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
