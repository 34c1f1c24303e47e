import type { ClientId } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";
import { decodeChange } from "./change-frame.ts";
import { type Found, type JournalFiles, readHeaders } from "./journal-chain.ts";
import { aligned, RECORD, RECORDS_AT, type Sum } from "./journal-layout.ts";
import { type JournalRecord, readRecord } from "./journal-record.ts";
import { recordAt } from "./journal-segment.ts";

/**
 * Tells a change that was applied.
 * @param change Views, valid until this returns.
 * @param length Of the data of a write, also where `data` is empty because they are in the file alone.
 */
export type TellChange = (change: Change, length: number) => void;

/**
 * Tells all changes of a session that lie in a journal, in order and whatever came of them: also what no start needs any
 * more, as long as it is not written over. A segment that cannot be read tells nothing.
 */
export function pastChanges(
  files: JournalFiles,
  sum: Sum,
  store: Uint8Array,
  client: ClientId,
  tell: TellChange,
): void {
  const headers = readHeaders(files, store, sum);
  if (!headers.ok) return;
  for (const [place, found] of headers.value.entries()) {
    // Of what lies behind the begin of a later segment a start had found that it does not count.
    const end = Math.min(...headers.value.slice(place + 1).map(({ header }) => header.start));
    const bytes = files.read(found.slot);
    if (bytes.ok) ofSegment(bytes.value, found, end, sum, client, tell);
  }
}

/** A change begins and ends in one segment. */
function ofSegment(
  bytes: Buffer,
  { header: { start } }: Found,
  end: number,
  sum: Sum,
  client: ClientId,
  tell: TellChange,
): void {
  let began: Extract<JournalRecord, { readonly kind: "begin" | "beginApart" }> | undefined;
  for (let position = start; position < end; ) {
    const raw = recordAt(bytes, start, RECORDS_AT + position - start, sum);
    const record = raw === undefined ? undefined : readRecord(raw);
    if (raw === undefined || record?.ok !== true) return;
    const told = record.value;
    if (told.kind === "begin" || told.kind === "beginApart") began = told;
    else if (told.kind === "end") {
      if (began?.client === client) tellBegun(began, tell);
      began = undefined;
    }
    position += aligned(RECORD.bytes + raw.body.length);
  }
}

function tellBegun(began: Extract<JournalRecord, { readonly kind: "begin" | "beginApart" }>, tell: TellChange): void {
  const change = decodeChange(began.frame);
  if (change === undefined) return;
  const isApart = began.kind === "beginApart" && change.kind === "write";
  const length = isApart ? began.length : change.kind === "write" ? change.data.length : 0;
  if (length !== undefined) tell(change, length);
}
