import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Message, MessageKind, MessageOfKind } from "../../wire/messages.ts";
import type { Early } from "./patience.ts";
import type { Lost } from "./requests.ts";

/** Turns an answer into what was asked for, or a failure: EIO where the connection broke or time is up, EINTR. */
export function expect<Kind extends MessageKind>(
  answer: Message | Lost | Early,
  kind: Kind,
): Result<MessageOfKind<Kind>> {
  if (answer.kind === kind) return ok(answer as MessageOfKind<Kind>);
  if (answer.kind === "failed") return fail(errnoName(answer.errno), answer.because);
  if (answer.kind === "lost") return fail("EIO", answer.because);
  if (answer.kind === "interrupted") return fail("EINTR");
  return fail("EIO", `a member answered ${answer.kind} where ${kind} was due`);
}
