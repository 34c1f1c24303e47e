import { S_IFDIR, S_IFMT, type Attributes } from "../../core/attributes.ts";
import { ROOT_OID, type Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import { adopt } from "./adopt.ts";
import { askOthers, problem, type FlushRun } from "./flush-run.ts";
import { namesIn, type PlainPath } from "./plain-files.ts";
import { setAll, spreadObject } from "./spread-object.ts";

/** About how many bytes of names are asked for at a time. */
const LIST_BYTES = 262_144;
/** Of the root of an export: ours, and what mke2fs(8) makes. */
const NOT_SHOWN: ReadonlySet<string> = new Set([".pohmelfs", "lost+found"]);

/** An object, and where it lies on this server. */
export type Place = {
  readonly oid: Oid;
  /** A path that leads to it. */
  readonly plain: PlainPath;
  /** Below the export, for people. */
  readonly path: string;
};

type Listed = ReadonlyMap<string, Attributes>;

async function listAt({ client }: FlushRun, place: number, oid: Oid): Promise<Result<Listed>> {
  const found = new Map<string, Attributes>();
  for (let cookie = 0; ; ) {
    const message = { kind: "listDirectory", oid, cookie, bytesMax: LIST_BYTES, lease: 0 } as const;
    const answer = await client.ask(place, message, "entries");
    if (!answer.ok) return answer;
    for (const { name, attributes } of answer.value.entries) found.set(name, attributes);
    if (answer.value.end === 1) return ok(found);
    cookie = answer.value.cookie;
  }
}

const below = ({ path, plain }: Place, name: string): { readonly path: string; readonly plain: PlainPath } => ({
  path: path === "" ? name : `${path}/${name}`,
  plain: `${plain}/${name}`,
});

/**
 * Makes this server's version of an object, and of what a directory holds, that of all.
 *
 * Names that this server alone has are taken over. Names that others have and this one has not, or has as something that
 * nobody made through the system, cannot be: they are told.
 */
export async function spread(run: FlushRun, place: Place): Promise<void> {
  const attributes = await spreadObject(run, place.path, place.oid);
  if (attributes === undefined || (attributes.mode & S_IFMT) !== S_IFDIR) return;
  const own = await listAt(run, run.own, place.oid);
  const others = await askOthers(run, (at) => listAt(run, at, place.oid));
  if (!own.ok || !others.ok) return problem(run, place.path, "it cannot be listed on all servers");
  const onDisk = namesIn(place.plain).filter((name) => place.oid !== ROOT_OID || !NOT_SHOWN.has(name));
  const adopted = await takeOver(run, place, { onDisk, own: own.value, others: others.value });
  // A new name changes the times of its directory; those of this server are the truth.
  if (adopted) await setAll(run, place.path, place.oid, attributes);
  if (!run.recursive) return;
  for (const [name, { oid }] of own.value) {
    if (others.value.every((other) => other.get(name)?.oid === oid)) await spread(run, { oid, ...below(place, name) });
  }
}

/** @returns Whether there were new names. */
async function takeOver(
  run: FlushRun,
  place: Place,
  {
    onDisk,
    own,
    others,
  }: { readonly onDisk: readonly string[]; readonly own: Listed; readonly others: readonly Listed[] },
): Promise<boolean> {
  let adopted = false;
  for (const name of onDisk) {
    const { path, plain } = below(place, name);
    const oid = own.get(name)?.oid;
    const theirs = others.map((other) => other.get(name)?.oid);
    if (oid === undefined && theirs.every((their) => their === undefined)) {
      await adopt(run, { parent: place.oid, name, plain, path });
      adopted = true;
    } else if (oid === undefined) problem(run, path, REPLACED);
    else if (theirs.some((their) => their !== oid)) problem(run, path, RENAMED);
  }
  const here = new Set(onDisk);
  const gone = new Set(others.flatMap((other) => [...other.keys()].filter((name) => !here.has(name))));
  for (const name of gone) problem(run, below(place, name).path, REMOVED);
  return adopted;
}

const REPLACED =
  "it was replaced past the system: on the other servers the name means an object that this one has lost; move it away, and what they have comes back by no means of this version";
const RENAMED = "it was renamed or linked past the system: other servers have it by another name; give it its old one";
const REMOVED = "it was removed past the system: other servers still have it; remove it on a client";
