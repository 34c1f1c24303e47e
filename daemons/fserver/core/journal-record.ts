import { type ClientId, clientId, type Oid, oid as toOid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { get64, OBJECT, OUTCOME, RECORDS, type RecordKind } from "./journal-layout.ts";
import type { RawRecord } from "./journal-segment.ts";
import type { OutcomeOf } from "./positions.ts";

/** How an object looked after a change. */
export type Look = { readonly oid: Oid; readonly mode: number; readonly uid: number; readonly gid: number };
/** An object that a change concerned. @see OBJECT; `record` is a view, all zero when it is gone. */
export type ObjectRecord = { readonly oid: Oid; readonly record: Buffer };

/** What a record says; bytes are views of the segment. */
export type JournalRecord =
  | { readonly kind: "begin"; readonly client: ClientId; readonly frame: Buffer }
  /** `length`: of the data of a write; undefined where that is not known, or none. */
  | {
      readonly kind: "beginApart";
      readonly client: ClientId;
      readonly frame: Buffer;
      readonly length: number | undefined;
    }
  | {
      readonly kind: "end";
      readonly client: ClientId;
      readonly seq: number;
      readonly errno: number;
      readonly count: number;
      readonly objects: number;
      readonly look: Look | undefined;
      readonly touched: readonly ObjectRecord[];
    }
  | {
      readonly kind: "session";
      readonly client: ClientId;
      readonly from: number;
      readonly position: number;
      readonly outcomes: readonly OutcomeOf[];
    }
  | { readonly kind: "sessionEnded" | "sessionFenced"; readonly client: ClientId }
  | { readonly kind: "counted"; readonly objects: number }
  | { readonly kind: "flushed"; readonly position: number }
  | { readonly kind: "released"; readonly number: number };

const BY_NUMBER = new Map<number, RecordKind>(
  Object.entries(RECORDS).map(([kind, { kind: number }]) => [number, kind as RecordKind]),
);

const BEGINS: ReadonlySet<RecordKind> = new Set(["begin", "beginApart", "beginWrite"] as const);

/** @returns EPROTO for what this software does not know: it is not passed over (rule 10). */
export function readRecord({ kind, position, body }: RawRecord): Result<JournalRecord> {
  const name = BY_NUMBER.get(kind);
  if (name === undefined) return fail("EPROTO", `has a record of kind ${kind} at ${position}, which is not known`);
  const { bytes } = RECORDS[name];
  const rest = body.length - bytes;
  const each = name === "end" ? OBJECT.bytes : name === "session" ? OUTCOME.bytes : 1;
  const fits = BEGINS.has(name) ? rest > 0 : rest >= 0 && (each === 1 ? rest === 0 : rest % each === 0);
  if (!fits) return fail("EPROTO", `has a record of ${body.length} bytes at ${position}, which do not fit its kind`);
  return ok(READERS[name](body));
}

type Reader = (body: Buffer) => JournalRecord;
const client = (body: Buffer): ClientId => clientId(get64(body, 0));

const READERS: { readonly [Kind in RecordKind]: Reader } = {
  begin: (body) => ({ kind: "begin", client: client(body), frame: body.subarray(RECORDS.begin.bytes) }),
  beginApart: (body) => ({
    kind: "beginApart",
    client: client(body),
    frame: body.subarray(RECORDS.beginApart.bytes),
    length: undefined,
  }),
  beginWrite: (body) => ({
    kind: "beginApart",
    client: client(body),
    frame: body.subarray(RECORDS.beginWrite.bytes),
    length: get64(body, RECORDS.beginWrite.at.length),
  }),
  end: readEnd,
  session: readSession,
  sessionEnded: (body) => ({ kind: "sessionEnded", client: client(body) }),
  sessionFenced: (body) => ({ kind: "sessionFenced", client: client(body) }),
  counted: (body) => ({ kind: "counted", objects: get64(body, RECORDS.counted.at.objects) }),
  flushed: (body) => ({ kind: "flushed", position: get64(body, RECORDS.flushed.at.position) }),
  released: (body) => ({ kind: "released", number: get64(body, RECORDS.released.at.number) }),
};

function readEnd(body: Buffer): JournalRecord {
  const { at, bytes } = RECORDS.end;
  const touched: ObjectRecord[] = [];
  for (let next: number = bytes; next < body.length; next += OBJECT.bytes) {
    const record = body.subarray(next + OBJECT.at.record, next + OBJECT.bytes);
    touched.push({ oid: toOid(get64(body, next + OBJECT.at.oid)), record });
  }
  const look = {
    oid: toOid(get64(body, at.oid)),
    mode: body.readUInt32LE(at.mode),
    uid: body.readUInt32LE(at.uid),
    gid: body.readUInt32LE(at.gid),
  };
  return {
    kind: "end",
    client: client(body),
    seq: get64(body, at.seq),
    errno: body.readUInt16LE(at.errno),
    count: get64(body, at.count),
    objects: get64(body, at.objects),
    look: body.readUInt16LE(at.looks) === 1 ? look : undefined,
    touched,
  };
}

function readSession(body: Buffer): JournalRecord {
  const { at, bytes } = RECORDS.session;
  const outcomes: OutcomeOf[] = [];
  for (let next: number = bytes; next < body.length; next += OUTCOME.bytes) {
    outcomes.push({
      seq: get64(body, next + OUTCOME.at.seq),
      errno: body.readUInt16LE(next + OUTCOME.at.errno),
      count: body.readUIntLE(next + OUTCOME.at.count, 6),
    });
  }
  return {
    kind: "session",
    client: client(body),
    from: get64(body, at.from),
    position: get64(body, at.position),
    outcomes,
  };
}
