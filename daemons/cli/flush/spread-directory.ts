import { S_IFDIR, S_IFMT } from "../../core/attributes.ts";
import { ROOT_OID } from "../../core/brand.ts";
import { assertNever } from "../../core/result.ts";
import { adopt } from "./adopt.ts";
import { compareNames, type NameDifference } from "./compare-names.ts";
import { askOthers, problem, type FlushRun } from "./flush-run.ts";
import { listAt, type Place } from "./list-at.ts";
import { moveEverywhere, removeEverywhere, replaceEverywhere } from "./lost-names.ts";
import { namesIn } from "./plain-files.ts";
import { setAll, spreadObject } from "./spread-object.ts";

/** Of the root of an export: ours, and what mke2fs(8) makes. */
const NOT_SHOWN: ReadonlySet<string> = new Set([".pohmelfs", "lost+found"]);

const below = ({ path, plain }: Place, name: string): Omit<Place, "oid"> => ({
  path: path === "" ? name : `${path}/${name}`,
  plain: `${plain}/${name}`,
});

/** Makes this server's version of an object, and of the names that a directory has, that of all. */
export async function spread(run: FlushRun, place: Place): Promise<void> {
  const attributes = await spreadObject(run, place.path, place.oid);
  if (attributes === undefined || (attributes.mode & S_IFMT) !== S_IFDIR) return;
  const own = await listAt(run, run.own, place.oid);
  const others = await askOthers(run, (at) => listAt(run, at, place.oid));
  if (!own.ok || !others.ok) return problem(run, place.path, "it cannot be listed on all servers");
  const onDisk = namesIn(place.plain).filter((name) => place.oid !== ROOT_OID || !NOT_SHOWN.has(name));
  const differences = compareNames(new Set(onDisk), own.value, others.value);
  for (const difference of differences) await settle(run, place, difference);
  // Names that come and go change the times of their directory; those of this server are the truth.
  if (differences.length > 0) await setAll(run, place.path, place.oid, attributes);
  if (!run.recursive) return;
  for (const [name, { oid }] of own.value) {
    if (others.value.every((other) => other.get(name)?.oid === oid)) await spread(run, { oid, ...below(place, name) });
  }
}

async function settle(run: FlushRun, place: Place, difference: NameDifference): Promise<void> {
  const at = { parent: place.oid, name: difference.name, ...below(place, difference.name) };
  switch (difference.kind) {
    case "new":
      await adopt(run, at);
      return;
    case "removed":
      await removeEverywhere(run, { ...at, theirs: difference.theirs });
      return;
    case "replaced":
      return takeReplaced(run, { ...at, theirs: difference.theirs });
    case "renamed":
    case "linked": {
      const { before, name, oid, kind } = difference;
      const { plain, path } = place;
      return moveEverywhere(run, {
        parent: place.oid,
        from: before,
        to: name,
        isLink: kind === "linked",
        oid,
        plain,
        path,
      });
    }
    case "unclear":
      return problem(run, at.path, difference.because);
    default:
      return assertNever(difference);
  }
}

/** Of a directory that was replaced, everything below is another one's. */
export async function takeReplaced(run: FlushRun, lost: Parameters<typeof replaceEverywhere>[1]): Promise<void> {
  const oid = await replaceEverywhere(run, lost);
  if (oid !== undefined) await spread({ ...run, recursive: true, compare: true }, { ...lost, oid });
}
