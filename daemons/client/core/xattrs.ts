/** Extended attributes of an object: most have none, which its lease says; small values are kept under the lease. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { MessageOfKind } from "../../wire/messages.ts";
import type { Context } from "./context.ts";
import type { Held } from "./held-lease.ts";
import type { Operation } from "./operation.ts";
import { leaseOf } from "./under-lease.ts";

/** Longer ones are asked for each time. */
const VALUE_MAX = 256;
/** So many are kept of one object. */
const VALUES_MAX = 8;
const NONE = new Uint8Array(0);

/** @returns A value, or the list of names each with a zero byte. ENODATA: there is no such attribute. */
export function* xattrOf(
  c: Context,
  header: Header,
  question: MessageOfKind<"getXattr"> | MessageOfKind<"listXattr">,
): Operation<Result<Uint8Array>> {
  const isList = question.kind === "listXattr";
  const found = yield* leaseOf(c, header.node);
  if (!found.ok) return found;
  const held = found.value;
  if (held?.known?.isBare === true) return isList ? ok(NONE) : fail("ENODATA");
  // What may be seen of them is another matter for root than for others.
  const key = `${header.uid === 0 ? 0 : 1} ${isList ? "" : question.name}`;
  const kept = held === undefined ? undefined : valuesOf(held);
  if (kept?.has(key) === true) return resultOf(kept.get(key));
  const begun = held?.begun;
  const answer = yield* c.readers.ask(question, "data");
  const isNone = !answer.ok && answer.errno === "ENODATA";
  if (!answer.ok && !isNone) return answer;
  const value = answer.ok ? new Uint8Array(answer.value.data) : undefined;
  if (held !== undefined && held.begun === begun) keep(held, key, value);
  return resultOf(value);
}

const resultOf = (value: Uint8Array | undefined): Result<Uint8Array> =>
  value === undefined ? fail("ENODATA") : ok(value);

/** Any change of the object may have changed them. */
function valuesOf(held: Held): Map<string, Uint8Array | undefined> | undefined {
  if (held.xattrs !== undefined && held.xattrs.begun !== held.begun) held.xattrs = undefined;
  return held.xattrs?.values;
}

function keep(held: Held, key: string, value: Uint8Array | undefined): void {
  if ((value?.length ?? 0) > VALUE_MAX) return;
  held.xattrs ??= { begun: held.begun, values: new Map() };
  if (held.xattrs.values.size < VALUES_MAX) held.xattrs.values.set(key, value);
}
