import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Message } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import type { MemberLink } from "./member-link.ts";
import { wait, type Operation } from "./operation.ts";
import { waitAtMost } from "./patience.ts";
import type { Lost } from "./requests.ts";

/**
 * Asks every writable member what may be asked twice, and waits until all have said `done`. A member answers in order:
 * when it has, it has also answered every change that was sent before.
 */
export function* everywhere(c: Context, message: Message): Operation<Result<void>> {
  for (;;) {
    const failure = yield* wait<{ readonly errno: "EIO" | "EINTR"; readonly because: string } | undefined>((resume) =>
      c.replicator.whenReady(resume),
    );
    if (failure !== undefined) return fail(failure.errno, failure.because);
    const answers = yield* waitAtMost<readonly (Message | Lost)[]>(c.ports, undefined, (resume) => {
      askAll(c.writable, message, resume);
      return undefined;
    });
    if ("kind" in answers) return fail("EINTR");
    const bad = answers.find((answer) => answer.kind !== "done" && answer.kind !== "lost");
    if (bad?.kind === "failed") return fail(errnoName(bad.errno), bad.because);
    if (bad !== undefined) return fail("EIO", `a member answered ${bad.kind} to ${message.kind}`);
    if (answers.every((answer) => answer.kind === "done")) return ok(undefined);
  }
}

/** Asks members at once. @param done Called once, with an answer of each. */
export function askAll(
  links: readonly MemberLink[],
  message: Message,
  done: (answers: readonly (Message | Lost)[]) => void,
): void {
  const answers: (Message | Lost)[] = [];
  for (const link of links) {
    link.ask(message, (answer) => {
      answers.push(answer);
      if (answers.length === links.length) done(answers);
    });
  }
  if (links.length === 0) done(answers);
}
