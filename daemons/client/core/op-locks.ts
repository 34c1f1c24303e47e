/** fcntl, OFD and flock locks: kept by the lead, for all clients of the group. */
import { fail } from "../../core/result.ts";
import { answerError, answerResult } from "./answer.ts";
import type { Context, RequestOf } from "./context.ts";
import type { Operation } from "./operation.ts";

export function* getlk(c: Context, { header, lock }: RequestOf<"getlk">): Operation<void> {
  const found = yield* c.locks.test(header.node, lock);
  if (!found.ok) return answerError(c, header, found.errno);
  const { type, start, end, pid } = found.value;
  c.ports.reply(header, { kind: "lock", type, start, end, pid });
}

/** A wait ends with EINTR when the kernel says that the caller got a signal. Holds no thread. */
export function* setlk(c: Context, { header, lock, wait }: RequestOf<"setlk">): Operation<void> {
  const set = c.files.isBroken(lock.fh) ? fail("EIO") : yield* c.locks.set(header.node, lock, wait);
  answerResult(c, header, set);
}
