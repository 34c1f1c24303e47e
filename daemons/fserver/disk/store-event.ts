import type { FileName, Oid } from "../../core/brand.ts";
import { assertNever } from "../../core/result.ts";
import type { Log } from "../../sys/log.ts";

/** What an export has to tell its administrator. */
export type StoreEvent =
  /** Something that nobody made through the system was in the way, and lies in `.pohmelfs/drift` now. */
  | { readonly kind: "driftMoved"; readonly parent: Oid; readonly name: FileName; readonly to: FileName }
  /** An object lives on in another inode, as after a restore from a backup. */
  | { readonly kind: "rebound"; readonly oid: Oid }
  /** An object that the index did not know was found by its xattr. */
  | { readonly kind: "found"; readonly oid: Oid }
  /** The index was made anew from the export. */
  | { readonly kind: "rebuilt"; readonly because: string; readonly objects: number; readonly drift: number }
  /** After the host went down, what the journal has was done again. */
  | { readonly kind: "replayed"; readonly changes: number }
  /** What lies in `.pohmelfs` was of an older version, and is of this one now. */
  | { readonly kind: "upgraded"; readonly from: number }
  /** Objects of an export that was not empty got their numbers. */
  | { readonly kind: "adopted"; readonly objects: number };

/** What a log must have for {@link logStoreEvent}. */
export type StoreLog = Pick<Log, "notice" | "warning">;

const shown = (name: FileName): string => Buffer.from(name, "latin1").toString();

/** Writes an event down, in one line. */
export function logStoreEvent(log: StoreLog, root: string, event: StoreEvent): void {
  switch (event.kind) {
    case "driftMoved": {
      const where = { export: root, name: shown(event.name), to: `.pohmelfs/drift/${shown(event.to)}` };
      return log.warning("moved aside what was made past the system", where);
    }
    case "rebound":
      return log.notice("an object lies in another inode now", { export: root, oid: event.oid });
    case "found":
      return log.notice("found an object that the index did not know", { export: root, oid: event.oid });
    case "rebuilt": {
      const { because, objects, drift } = event;
      return log.notice("made the index anew", { export: root, because, objects, drift });
    }
    case "replayed":
      return log.notice("the host went down: did again what the journal has", { export: root, changes: event.changes });
    case "upgraded":
      return log.notice("took over an export of an older version", { export: root, from: event.from });
    case "adopted":
      return log.notice("numbered what lay in the export", { export: root, objects: event.objects });
    default:
      return assertNever(event);
  }
}
