import type { FileName, Oid } from "../../core/brand.ts";
import type { Attributes } from "../../core/attributes.ts";

/** A listing as far as it has been fetched. Offsets into it stay valid while the handle lives: "stable" for seekdir(3). */
export type Listing = {
  readonly entries: { readonly name: FileName; readonly attributes: Attributes }[];
  /** The member that it comes from, and where to go on there. */
  member: number | undefined;
  cookie: number;
  end: boolean;
  /** Names seen, kept only once another member had to go on: it orders names differently. */
  seen: Set<FileName> | undefined;
};

export type OpenFile = {
  readonly fh: number;
  readonly oid: Oid;
  /** Of a directory. */
  listing: Listing | undefined;
  /** Of locks set through this handle, see `lockKey`: OFD locks are released with it. */
  readonly lockKeys: Set<string>;
  /** A lock set through it is gone without its doing: what relies on it must fail (rule L10). */
  lockLost: boolean;
};

/** What an object needs to be remembered for while it is open here. */
type OpenObject = {
  handles: number;
  /** The lead must hear when it is no longer open. */
  owesUnused: boolean;
};

/** The handles given to the kernel, and which objects are open through them. */
export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();
  readonly #objects = new Map<Oid, OpenObject>();
  #next = 1;

  open(oid: Oid): OpenFile {
    const file: OpenFile = { fh: this.#next, oid, listing: undefined, lockKeys: new Set(), lockLost: false };
    this.#next += 1;
    this.#files.set(file.fh, file);
    const object = this.#objects.get(oid);
    if (object === undefined) this.#objects.set(oid, { handles: 1, owesUnused: false });
    else object.handles += 1;
    return file;
  }

  get(fh: number): OpenFile | undefined {
    return this.#files.get(fh);
  }

  /** Whether nothing may be done through a handle any more: see {@link OpenFile.lockLost}. */
  isBroken(fh: number | undefined): boolean {
    return fh !== undefined && this.#files.get(fh)?.lockLost === true;
  }

  /** @returns Whether the lead must be told that the object is no longer open here. */
  close(fh: number): boolean {
    const file = this.#files.get(fh);
    if (file === undefined) return false;
    this.#files.delete(fh);
    const object = this.#objects.get(file.oid);
    if (object === undefined) return false;
    object.handles -= 1;
    if (object.handles > 0) return false;
    this.#objects.delete(file.oid);
    return object.owesUnused;
  }

  isOpen(oid: Oid): boolean {
    return this.#objects.has(oid);
  }

  /**
   * The lead counts this client as one that has the object open, until it hears `unused`.
   * @returns Whether it is open; else the lead can hear so at once.
   */
  oweUnused(oid: Oid): boolean {
    const object = this.#objects.get(oid);
    if (object !== undefined) object.owesUnused = true;
    return object !== undefined;
  }

  /** Objects that are open. */
  oids(): readonly Oid[] {
    return [...this.#objects.keys()];
  }
}
