/** A request that the kernel makes once more (FUSE_NOTIFY_RESEND): an earlier daemon may have done it already. */
import { fileName, type FileName, type Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Attributes } from "../../core/attributes.ts";
import type { KernelRequest } from "../../fuse/core/request.ts";
import type { Change } from "../../wire/messages.ts";
import { answerEmpty, answerError } from "./answer.ts";
import { answerAttributes, answerCreated, answerNamed } from "./answer-known.ts";
import { attributesAfter } from "./change.ts";
import type { ChangeOutcome } from "./change-entry.ts";
import type { Context } from "./context.ts";
import { operationFor } from "./dispatch.ts";
import { closeObject } from "./op-open.ts";
import type { Operation } from "./operation.ts";

const NO_NAME = fileName("");

/**
 * Answers a repeated request. Where its change was begun, with what comes of that; a change that failed has changed
 * nothing, and where none was begun nothing was done: then the request is done from the beginning.
 */
export function* replay(c: Context, request: KernelRequest): Operation<void> {
  const { unique } = request.header;
  const begun = c.replays.get(unique);
  if (begun !== undefined) {
    begun.isWanted = true;
    const outcome = yield* begun.outcome();
    if (outcome.kind === "unknown") return answerError(c, request.header, outcome.errno);
    if (outcome.errno === undefined) return yield* answerDone(c, request, { change: begun.change, outcome });
  }
  // Of a handle that it opened the kernel has never heard.
  for (const file of c.files.openedBy(unique)) closeObject(c, file);
  yield* operationFor(c, request);
}

type Done = { readonly change: Change; readonly outcome: ChangeOutcome };

function* answerDone(c: Context, request: KernelRequest, done: Done): Operation<void> {
  const { header } = request;
  switch (request.op) {
    case "create":
    case "tmpfile":
      return yield* answerOpened(c, request, done);
    case "mknod":
    case "mkdir":
    case "symlink":
    case "link": {
      const made = yield* attributesOfDone(c, done);
      if (made.ok) answerNamed(c, header, nameOf(request), made.value);
      else answerError(c, header, made.errno);
      return;
    }
    case "setattr": {
      const set = yield* attributesOfDone(c, done);
      if (set.ok) answerAttributes(c, header, set.value);
      else answerError(c, header, set.errno);
      return;
    }
    case "write":
      return c.ports.reply(header, { kind: "written", count: request.data.length });
    case "copyFileRange": {
      const count = done.outcome.kind === "changed" ? done.outcome.count : 0;
      return c.ports.reply(header, { kind: "written", count, wide: request.wide });
    }
    default:
      return answerEmpty(c, header);
  }
}

const nameOf = (request: KernelRequest): FileName => ("name" in request ? request.name : NO_NAME);

function* answerOpened(c: Context, request: KernelRequest, done: Done): Operation<void> {
  const { header } = request;
  const made = yield* attributesOfDone(c, done);
  if (!made.ok) return answerError(c, header, made.errno);
  const { oid } = made.value;
  const file = c.files.openedBy(header.unique).find((one) => one.oid === oid) ?? c.files.open(oid, header.unique);
  answerCreated(c, header, { name: nameOf(request), attributes: made.value, file });
}

function* attributesOfDone(c: Context, { change, outcome }: Done): Operation<Result<Attributes>> {
  const oid = objectOf(change);
  if (oid === undefined) return fail("EIO");
  const found = yield* attributesAfter(c, oid, outcome);
  return found.ok ? ok(found.value) : found;
}

const objectOf = (change: Change): Oid | undefined => ("oid" in change ? change.oid : undefined);
