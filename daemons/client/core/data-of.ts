/** What files hold: kept from reading ahead, or asked of a member. */
import { S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { version, type Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Context } from "./context.ts";
import { PIECE_BYTES } from "./contents.ts";
import { run, type Operation } from "./operation.ts";

const ANY = version(0);

/** What a file has at an offset, shorter only at its end. The caller holds a lease, where one can be had. */
export function* dataOf(c: Context, oid: Oid, offset: number, length: number): Operation<Result<Uint8Array>> {
  if (offset === 0) c.reading.began(oid);
  const { contents } = c;
  const isRandom = c.randomReads.isRandom(oid, offset, length);
  const kept = contents.read(oid, offset, length) ?? (yield* comingOf(c, oid, offset, length, isRandom));
  if (kept === undefined) {
    const answer = yield* c.readers.ask({ kind: "read", oid, offset, length, versionFloor: ANY }, "data");
    return answer.ok ? ok(answer.value.data) : answer;
  }
  const size = sizeOf(c, oid);
  // Of a small file the kernel has all from here on.
  if (size <= PIECE_BYTES && offset + kept.length >= size) contents.forget(oid);
  return ok(kept);
}

/** What is on its way, or worth being asked for with what is around it. */
function* comingOf(
  c: Context,
  oid: Oid,
  offset: number,
  length: number,
  isRandom: boolean,
): Operation<Uint8Array | undefined> {
  const { contents } = c;
  if (isRandom && contents.fits(sizeOf(c, oid))) contents.fetch(oid, offset, () => {});
  return (yield* contents.settled(oid, offset)) ? contents.read(oid, offset, length) : undefined;
}

const sizeOf = (c: Context, oid: Oid): number => c.leases.get(oid)?.known?.attributes.size ?? 0;

/** Files of a directory that go into one piece; in its order. */
export function smallFilesOf(c: Context, directory: Oid): Oid[] {
  const files: Oid[] = [];
  for (const oid of c.leases.get(directory)?.known?.names?.byName.values() ?? []) {
    const attributes = c.leases.get(oid)?.known?.attributes;
    if (attributes === undefined || (attributes.mode & S_IFMT) !== S_IFREG) continue;
    if (attributes.size > 0 && attributes.size <= PIECE_BYTES) files.push(oid);
  }
  return files;
}

/** Reads a small file ahead, of which the kernel has nothing yet. See `Contents.fetch`. */
export const fetchSmall = (c: Context, file: Oid, done: () => void): boolean =>
  c.leases.get(file)?.isOpened === false && c.lead.ready && c.contents.fetch(file, 0, done);

/** Asks a member for one piece. See `ContentsOptions.ask`. */
export function askPiece(c: Context, oid: Oid, offset: number, done: (data: Uint8Array | undefined) => void): void {
  const question = { kind: "read", oid, offset, length: PIECE_BYTES, versionFloor: ANY } as const;
  run(c.readers.ask(question, "data"), (answer) => done(answer.ok ? answer.value.data : undefined));
}
