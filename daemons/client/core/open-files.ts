import type { FileName, Oid } from "../../core/brand.ts";
import type { Held } from "./held-lease.ts";
import type { KeptFile, KeptState } from "./kept-state.ts";
import type { Attributes } from "../../core/attributes.ts";
import type { ErrnoName } from "../../core/errno.ts";

/** A name of a listing. */
export type Listed = {
  readonly name: FileName;
  readonly oid: Oid;
  /** S_IFMT bits of its mode; 0: not known. */
  readonly type: number;
  /** As told by a member without a lease. */
  readonly attributes: Attributes | undefined;
};

/** A listing as far as it has been fetched. Offsets into it stay valid while the handle lives: "stable" for seekdir(3). */
export type Listing = {
  readonly entries: Listed[];
  /** The lease that the lead lists it under: see `ListedUnder`; undefined: any member lists it, and nothing is believed. */
  under: ListedUnder | undefined;
  /** The member that it comes from, and where to go on there. */
  member: number | undefined;
  cookie: number;
  end: boolean;
  /** Until when the kernel believes all that it was told of it, by the clock of the ports. */
  validMs: number;
  /** Names seen, kept only once another member had to go on: it orders names differently. */
  seen: Set<FileName> | undefined;
};

/** What makes a listing whole: all of it came while one lease was held, and this client made no change of the directory. */
export type ListedUnder = {
  readonly held: Held;
  readonly begun: number;
  readonly names: Map<FileName, Oid>;
  /** Those of the names that are directories, and leased. */
  readonly directories: Oid[];
};

export type OpenFile = {
  readonly fh: number;
  readonly oid: Oid;
  /** The request that it was opened by; 0: none. */
  readonly unique: number;
  /** Of a directory. */
  listing: Listing | undefined;
  /** Of locks set through this handle, see `lockKey`: OFD locks are released with it. */
  readonly lockKeys: Set<string>;
  /** A lock set through it is gone without its doing: what relies on it must fail (rule L10). */
  lockLost: boolean;
  /** A change of the object has failed after it was answered: the next fsync or close says so, once. */
  lateError: ErrnoName | undefined;
};

/** What an object needs to be remembered for while it is open here. */
type OpenObject = {
  handles: number;
  /** The lead must hear when it is no longer open. */
  owesUnused: boolean;
  /** It was written here, and not made durable since by who closed it. */
  isWritten: boolean;
};

/** The handles given to the kernel, and which objects are open through them. */
export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();
  readonly #objects = new Map<Oid, OpenObject>();
  readonly #kept: KeptState | undefined;
  #next = 1;

  /** @param kept Where handles are written down, for who goes on after this process. */
  constructor(kept?: KeptState) {
    this.#kept = kept;
  }

  /** @param unique The request of the kernel that asks for it. */
  open(oid: Oid, unique = 0): OpenFile {
    const file = this.#add({ fh: this.#next, oid, unique, isBroken: false });
    this.#next += 1;
    this.#kept?.opened(keptFile(file));
    return file;
  }

  /** Takes over handles that the kernel has from an earlier process. */
  inherit(files: readonly KeptFile[]): void {
    for (const file of files) {
      this.#add(file);
      this.#next = Math.max(this.#next, file.fh + 1);
    }
  }

  /** Handles opened by a request that the kernel has no answer to. */
  openedBy(unique: number): readonly OpenFile[] {
    return [...this.#files.values()].filter((file) => file.unique === unique);
  }

  #add({ fh, oid, unique, isBroken }: KeptFile): OpenFile {
    const file: OpenFile = {
      fh,
      oid,
      unique,
      listing: undefined,
      lockKeys: new Set(),
      lockLost: isBroken,
      lateError: undefined,
    };
    this.#files.set(fh, file);
    const object = this.#objects.get(oid);
    if (object === undefined) this.#objects.set(oid, { handles: 1, owesUnused: false, isWritten: false });
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

  /** What relied on a lock through it must fail from now on. */
  break(fh: number): void {
    const file = this.#files.get(fh);
    if (file === undefined || file.lockLost) return;
    file.lockLost = true;
    this.#kept?.opened(keptFile(file));
  }

  /** A change of the object has failed after it was answered: all who have it open are to hear of it. */
  failed(oid: Oid, errno: ErrnoName): void {
    if (!this.#objects.has(oid)) return;
    for (const file of this.#files.values()) if (file.oid === oid) file.lateError = errno;
  }

  /** What a handle has not been told yet of changes that failed; from now on it has. */
  takeLateError(fh: number): ErrnoName | undefined {
    const file = this.#files.get(fh);
    const errno = file?.lateError;
    if (file !== undefined) file.lateError = undefined;
    return errno;
  }

  /** The kernel lets go of a handle: it will not be repeated to a later process. */
  released(fh: number): void {
    this.#kept?.closed(fh);
  }

  /** @returns Whether the lead must be told that the object is no longer open here. */
  close(fh: number): boolean {
    const file = this.#files.get(fh);
    if (file === undefined) return false;
    this.#files.delete(fh);
    this.#kept?.closed(fh);
    const object = this.#objects.get(file.oid);
    if (object === undefined) return false;
    object.handles -= 1;
    if (object.handles > 0) return false;
    this.#objects.delete(file.oid);
    return object.owesUnused;
  }

  /** What is in an object was changed, or that has been made durable. */
  wrote(oid: Oid, isWritten = true): void {
    const object = this.#objects.get(oid);
    if (object !== undefined) object.isWritten = isWritten;
  }

  isWritten(oid: Oid): boolean {
    return this.#objects.get(oid)?.isWritten === true;
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

const keptFile = ({ fh, oid, unique, lockLost }: OpenFile): KeptFile => ({ fh, oid, unique, isBroken: lockLost });
