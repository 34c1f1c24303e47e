/**
 * The bytes of the journal, as tables: offsets are computed from them, docs/journal.md shows them. All numbers are
 * little-endian and without sign; positions count the bytes of all records ever written, from 0 on.
 */
export type FieldRow = { readonly name: string; readonly at: number; readonly bytes: number; readonly what: string };

/** A piece of fixed size: where each field of it lies. */
export type Layout<Name extends string> = {
  readonly rows: readonly FieldRow[];
  readonly at: { readonly [Field in Name]: number };
  readonly bytes: number;
};

function layout<const Name extends string>(fields: readonly (readonly [Name, number, string])[]): Layout<Name> {
  let next = 0;
  const rows = fields.map(([name, bytes, what]) => {
    const at = next;
    next += bytes;
    return { name, at, bytes, what };
  });
  const at = Object.fromEntries(rows.map((row) => [row.name, row.at])) as { [Field in Name]: number };
  return { rows, at, bytes: next };
}

export const MAGIC = "pohmeljn";
/** Of what is described here. A segment of another one is refused. */
export const JOURNAL_FORMAT = 1;

/** A segment is one file. Its first sector is the header's alone, so that no write of a record touches it. */
export const SEGMENT = layout([
  ["magic", 8, `the letters \`${MAGIC}\``],
  ["sum", 4, "CRC-32 of the rest of the header"],
  ["format", 2, `version of these tables: ${JOURNAL_FORMAT}`],
  ["protocol", 2, "version of the messages that tell changes: docs/protocol.md"],
  ["store", 16, "store id of the export"],
  ["number", 8, "segments are counted from 1; the highest is the one written last"],
  ["start", 8, "position of its first record"],
  ["oldest", 8, "number of the oldest segment that was still needed when this one began"],
  ["durable", 8, "everything before this position was on disk when this one began"],
  ["begun", 8, "position behind the records that it begins with: without all of them it does not count"],
]);
/** Where the records of a segment begin. */
export const RECORDS_AT = 512;

/** Each record begins at a multiple of this, with zero bytes before it. */
export const RECORD_ALIGN = 8;
export const RECORD = layout([
  ["sum", 4, "CRC-32 of the rest of the record"],
  ["length", 4, "bytes of the record with this header, without those that align the next one"],
  ["position", 8, "where it lies: what was written there before is told apart by it"],
  ["durable", 8, "everything before this position was on disk when it was written"],
  ["kind", 4, "see below"],
]);

/** What follows the header of a record, by its kind. */
export const RECORDS = {
  begin: {
    kind: 1,
    what: "a change begins; then its frame, as in docs/protocol.md",
    ...layout([["client", 8, "whose change"]]),
  },
  beginApart: {
    kind: 2,
    what: "the same of a copy, whose data are not in the journal; until kind 9 there was, of such a write, too",
    ...layout([["client", 8, "whose change"]]),
  },
  end: {
    kind: 3,
    what: "the change that began before is carried out; then objects as in the table below",
    ...layout([
      ["client", 8, "whose change"],
      ["seq", 8, "its sequence"],
      ["errno", 2, "0, or why it changed nothing"],
      ["looks", 2, "1 when the next four say how an object looks now, else 0"],
      ["mode", 4, "permission bits"],
      ["uid", 4, "owner"],
      ["gid", 4, "group"],
      ["oid", 8, "of this object"],
      ["count", 8, "bytes copied"],
      ["objects", 8, "how many objects there are, about"],
    ]),
  },
  session: {
    kind: 4,
    what: "a session, at the begin of a segment and when it is opened; then outcomes as in the table below",
    ...layout([
      ["client", 8, "its number"],
      ["from", 8, "the outcomes of all changes from this sequence on are known"],
      ["position", 8, "the last sequence applied"],
    ]),
  },
  sessionEnded: {
    kind: 5,
    what: "a session has ended; of the last ones that is told again at the begin of a segment",
    ...layout([["client", 8, "its number"]]),
  },
  counted: {
    kind: 6,
    what: "at the begin of a segment",
    ...layout([["objects", 8, "how many objects there are, about"]]),
  },
  flushed: {
    kind: 7,
    what: "the data of changes that are not in the journal are on disk",
    ...layout([["position", 8, "of all such changes before it"]]),
  },
  released: {
    kind: 8,
    what: "the files of the export are on disk so far that older segments are not needed",
    ...layout([["number", 8, "of the oldest segment that is"]]),
  },
  sessionFenced: {
    kind: 10,
    what: "nothing more is taken from a session's client; told again at the begin of a segment",
    ...layout([["client", 8, "its number"]]),
  },
  beginWrite: {
    kind: 9,
    what: "a write begins whose data are not in the journal; then its frame, as in docs/protocol.md, in which `data` is empty",
    ...layout([
      ["client", 8, "whose change"],
      ["length", 8, "bytes of its data"],
    ]),
  },
} as const satisfies { readonly [kind: string]: Layout<string> & { readonly kind: number; readonly what: string } };

export type RecordKind = keyof typeof RECORDS;

/** What the index keeps of an object: 64 bytes, see disk/index-record.ts. */
export const OBJECT_BYTES = 64;
/** In an `end` record: what the index is to say of each object that the change concerned. */
export const OBJECT = layout([
  ["oid", 8, "of the object"],
  ["record", OBJECT_BYTES, "its record in the index, `.pohmelfs/index`; zero bytes: it is gone"],
]);
/** In a `session` record: changes that did not simply succeed. */
export const OUTCOME = layout([
  ["seq", 8, "of the change"],
  ["errno", 2, "0, or why it changed nothing"],
  ["count", 6, "bytes copied"],
]);

/** The largest record: a change with the most data that go through the journal, or with the largest xattr. */
export const RECORD_BYTES_MAX = 393_216;
/** Kept free at the end of a segment, so that what began in it can end in it, and commits can be told. */
export const MARGIN_BYTES = 65_536;
export const SEGMENT_BYTES_MIN = 1_048_576;

const HIGH = 2 ** 32;

export function put64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value >>> 0, at);
  into.writeUInt32LE(Math.floor(value / HIGH), at + 4);
}

export const get64 = (from: Buffer, at: number): number => from.readUInt32LE(at + 4) * HIGH + from.readUInt32LE(at);

/** Where the next record may begin. */
export const aligned = (bytes: number): number => Math.ceil(bytes / RECORD_ALIGN) * RECORD_ALIGN;

/** CRC-32 as zlib has it. */
export type Sum = (bytes: Uint8Array) => number;
