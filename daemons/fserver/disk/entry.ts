import type { Oid } from "../../core/brand.ts";

/** How an object is open: not, by name only (O_PATH), for reading, for reading and writing. */
export const ACCESS = { closed: 0, path: 1, read: 2, write: 3 } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];

/** What this member knows of one object of its export. */
export type ObjectEntry = {
  readonly oid: Oid;
  /** The type bits of its mode; an object never changes its type. */
  readonly type: number;
  /** Lies in `.pohmelfs/orphans`, for those who still have it open. */
  orphan: boolean;
  version: number;
  ctimeSec: number;
  ctimeNsec: number;
  /** It has no xattr that root could see; undefined: not looked yet. */
  bare: boolean | undefined;
  /** struct file_handle of name_to_handle_at(2), less its length: opens it wherever it is moved. A key for maps. */
  key: string;
  fd: number;
  access: Access;
  /** Place in the list of open ones. */
  place: number;
  /** Used since the clock hand passed. */
  used: boolean;
  /** The call of the store that used the descriptor last: see OpenObjects.nextTurn(). */
  turn: number;
  /** Someone else works with the descriptor now. */
  pins: number;
};
