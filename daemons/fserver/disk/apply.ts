import type { ClientId, Oid, Version } from "../../core/brand.ts";
import { ERRNO } from "../../core/errno.ts";
import { assertNever } from "../../core/result.ts";
import type { Change } from "../../wire/messages.ts";
import { misfitOf } from "../core/fit.ts";
import { OUTCOMES, type Positions } from "../core/positions.ts";
import type { Applied, Outcome } from "../core/store.ts";
import { applyAllocate } from "./apply-allocate.ts";
import { applySetAttributes } from "./apply-attributes.ts";
import { applyCopy } from "./apply-copy.ts";
import { applyCreate } from "./apply-create.ts";
import { applyLink } from "./apply-link.ts";
import { applyPurge } from "./apply-purge.ts";
import { applyRemove } from "./apply-remove.ts";
import { applyRename } from "./apply-rename.ts";
import { applyWrite } from "./apply-write.ts";
import { applyRemoveXattr, applySetXattr } from "./apply-xattr.ts";
import { attributesFrom } from "./attributes-from.ts";
import type { ChangeJournal } from "./change-journal.ts";
import type { Disk } from "./disk.ts";
import { type Effects, newEffects, resetEffects } from "./effects.ts";
import type { ObjectEntry } from "./entry.ts";

/** Applies the changes of all clients to one export: each once, in order (rules C2, 4). */
export class Applier {
  readonly #disk: Disk;
  readonly #positions: Positions;
  readonly #journal: ChangeJournal;
  readonly #effects: Effects = newEffects();
  readonly #doubtful: (client: ClientId, change: Change) => boolean;

  /** @param doubtful Whether a change may have been applied before, without being remembered. */
  constructor(
    disk: Disk,
    positions: Positions,
    journal: ChangeJournal,
    doubtful: (client: ClientId, change: Change) => boolean,
  ) {
    this.#disk = disk;
    this.#positions = positions;
    this.#journal = journal;
    this.#doubtful = doubtful;
  }

  apply(client: ClientId, change: Change): Applied {
    const position = this.#positions.position(client);
    if (position === undefined) return { kind: "unknown-client" };
    const { seq } = change.origin;
    if (seq > position + 1) return { kind: "gap", applied: position };
    if (seq <= position) return this.#repeated(client, change, position);
    const doubtful = this.#doubtful(client, change);
    const misfit = misfitOf(change, (oid) => this.#disk.objects.get(oid)?.version, doubtful);
    if (typeof misfit === "object") return misfit;
    resetEffects(this.#effects, doubtful);
    this.#journal.begin(client, change);
    const result = misfit === undefined ? dispatch(this.#disk, change, this.#effects) : -ERRNO[misfit].number;
    return { kind: "applied", outcome: this.#end(client, change, result) };
  }

  #end(client: ClientId, change: Change, result: number): Outcome {
    const { objects, orphaned } = this.#disk;
    const effects = this.#effects;
    const { touches, time } = change.origin;
    this.#journal.effects();
    if (result < 0) {
      // It counts all the same: what its client sent behind it expects these versions.
      for (const { oid, version: next } of touches) this.#count(oid, next);
    } else {
      for (const entry of effects.removed) {
        this.#journal.erase(entry);
        objects.remove(entry);
        orphaned.delete(entry.oid);
      }
      for (const { oid, version: next } of touches) this.#touch(oid, next, time.sec, time.nsec);
      for (const entry of effects.kept) {
        if (entry.orphan) orphaned.add(entry.oid);
        else orphaned.delete(entry.oid);
        if (!touches.some(({ oid }) => oid === entry.oid)) this.#journal.keep(entry);
      }
    }
    const errno = result < 0 ? -result : 0;
    const count = result < 0 ? 0 : effects.count;
    const outcome = this.#outcome(errno, count, result < 0 ? undefined : effects.about);
    this.#journal.end(client, change, errno, count, outcome.attributes);
    return outcome;
  }

  #count(oid: Oid, next: Version): void {
    const entry = this.#disk.objects.get(oid);
    if (entry === undefined) return;
    entry.version = next;
    this.#journal.keep(entry);
  }

  #touch(oid: Oid, next: Version, sec: number, nsec: number): void {
    // What was removed is still in the index: its record is erased with the rest.
    if (this.#effects.removed.some((gone) => gone.oid === oid)) return;
    const entry = this.#disk.objects.get(oid);
    if (entry === undefined) return;
    entry.version = next;
    entry.ctimeSec = sec;
    entry.ctimeNsec = nsec;
    this.#journal.keep(entry);
  }

  #outcome(errno: number, count: number, about: ObjectEntry | undefined): Outcome {
    if (about === undefined) return { errno, count };
    const fd = this.#disk.objects.open.any(about);
    if (fd < 0 || this.#disk.stat.of(fd) < 0) return { errno, count };
    return { errno, count, attributes: attributesFrom(about, this.#disk.stat) };
  }

  #repeated(client: ClientId, change: Change, position: number): Applied {
    const known = this.#positions.outcome(client, change.origin.seq);
    if (known === undefined) return { kind: "gap", applied: position as Change["origin"]["seq"] };
    const told = known.errno === 0 ? ABOUT[change.kind](change) : undefined;
    const about = told === undefined ? undefined : this.#disk.objects.get(told);
    // After further changes of the object nobody knows how it looked then.
    const isSame = change.origin.touches.some(({ oid, version }) => oid === about?.oid && version === about.version);
    if (!isSame) return { kind: "repeated", outcome: { errno: known.errno, count: known.count } };
    return { kind: "repeated", outcome: this.#outcome(known.errno, known.count, about) };
  }
}

/** Whose attributes the outcome of a change tells: see `changed`. */
const ABOUT: { readonly [Kind in Change["kind"]]: (change: Change) => Oid | undefined } = {
  create: ofOid,
  link: ofOid,
  rename: ofOid,
  setAttributes: ofOid,
  setXattr: ofOid,
  removeXattr: ofOid,
  allocate: ofOid,
  copyRange: (change) => (change.kind === "copyRange" ? change.to : undefined),
  write: () => undefined,
  remove: () => undefined,
  purge: () => undefined,
};

function ofOid(change: Change): Oid | undefined {
  return change.kind === "copyRange" ? undefined : change.oid;
}

const OF_NAMES: ReadonlySet<Change["kind"]> = new Set(["create", "link", "remove", "rename"] as const);

/**
 * After the host went down, changes that had not been durable may be in the files, though neither the journal nor the
 * index knows them. Sent again, those of names are doubtful: who sends one knows the version of the directory, hence what
 * its names meant; where they mean what the change wants, it was done. Of others nobody can tell.
 */
export function doubtfulAfterCrash(positions: Positions): (client: ClientId, change: Change) => boolean {
  // As many as a client may have had under way.
  const last = new Map(positions.clients.map((client) => [client, (positions.position(client) ?? 0) + OUTCOMES]));
  return (client, { kind, origin }) => OF_NAMES.has(kind) && origin.seq <= (last.get(client) ?? 0);
}

/** Carries a change out. @returns 0, or -errno and nothing was changed. */
export function dispatch(disk: Disk, change: Change, effects: Effects): number {
  switch (change.kind) {
    case "create":
      return applyCreate(disk, change, effects);
    case "link":
      return applyLink(disk, change, effects);
    case "remove":
      return applyRemove(disk, change, effects);
    case "rename":
      return applyRename(disk, change, effects);
    case "write":
      return applyWrite(disk, change);
    case "setAttributes":
      return applySetAttributes(disk, change, effects);
    case "setXattr":
      return applySetXattr(disk, change, effects);
    case "removeXattr":
      return applyRemoveXattr(disk, change, effects);
    case "allocate":
      return applyAllocate(disk, change, effects);
    case "copyRange":
      return applyCopy(disk, change, effects);
    case "purge":
      return applyPurge(disk, change, effects);
    default:
      return assertNever(change);
  }
}
