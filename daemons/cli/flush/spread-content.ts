import type { Oid } from "../../core/brand.ts";
import { version } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { LIMIT } from "../../wire/messages.ts";
import { askOthers, changeAll, type FlushRun } from "./flush-run.ts";

/** Where some blocks differ from the first: from the first such byte to past the last. Missing bytes are zero. */
export function differingSpan(
  own: Uint8Array,
  others: readonly Uint8Array[],
): { from: number; to: number } | undefined {
  let from = own.length;
  let to = 0;
  for (const other of others) {
    const at = (place: number): number => other[place] ?? 0;
    let first = 0;
    while (first < own.length && own[first] === at(first)) first += 1;
    let last = own.length;
    while (last > first && own[last - 1] === at(last - 1)) last -= 1;
    if (first === last) continue;
    from = Math.min(from, first);
    to = Math.max(to, last);
  }
  return from < to ? { from, to } : undefined;
}

/**
 * Writes on all members what differs from this one's content. All have the size already.
 * @returns Whether something differed; undefined after a problem was noted.
 */
export async function spreadContent(
  run: FlushRun,
  path: string,
  { oid, size }: { readonly oid: Oid; readonly size: number },
): Promise<Result<boolean> | undefined> {
  let differed = false;
  for (let offset = 0; offset < size; offset += LIMIT.dataBytes) {
    const length = Math.min(LIMIT.dataBytes, size - offset);
    const read = async (place: number): Promise<Result<Uint8Array>> => {
      const message = { kind: "read", oid, offset, length, versionFloor: version(0) } as const;
      const answer = await run.client.ask(place, message, "data");
      return answer.ok ? ok(answer.value.data) : answer;
    };
    const own = await read(run.own);
    if (!own.ok) return own;
    const others = await askOthers(run, read);
    if (!others.ok) return others;
    const span = differingSpan(own.value, others.value);
    if (span === undefined) continue;
    differed = true;
    const data = own.value.subarray(span.from, span.to);
    const write = { op: "write", fh: 0, offset: offset + span.from, writeFlags: 0, flags: 1, data } as const;
    if ((await changeAll(run, path, oid, write)) === undefined) return undefined;
    run.tally.bytes += data.length;
  }
  return ok(differed);
}
