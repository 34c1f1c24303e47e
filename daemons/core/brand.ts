/**
 * Names for numbers and byte strings that must not be mixed up. Each brand is a plain value at run time.
 */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** An object's number: a positive safe integer (< 2^53), the same on every member, never reused. Also the kernel's node id. */
export type Oid = Branded<number, "Oid">;
/** The number of a view; every frame carries it. Safe integer. */
export type Epoch = Branded<number, "Epoch">;
/** One life of a client (a session). Safe integer, drawn by the lead, never reused. */
export type ClientId = Branded<number, "ClientId">;
/** Numbers one client's changes, from 1. Safe integer. */
export type Sequence = Branded<number, "Sequence">;
/** Counts the changes of one object, from 1 at its creation. Safe integer. */
export type Version = Branded<number, "Version">;
/**
 * A file name, link target or xattr name: *bytes*, held in a string of the characters U+0001 to U+00FF (latin1), one
 * character a byte. Linux names need not be UTF-8, and such a string is a fast map key. Only the edge (messages for
 * people) decodes it: see {@link printable}.
 */
export type FileName = Branded<string, "FileName">;

export const oid = (value: number): Oid => value as Oid;
export const epoch = (value: number): Epoch => value as Epoch;
export const clientId = (value: number): ClientId => value as ClientId;
export const sequence = (value: number): Sequence => value as Sequence;
export const version = (value: number): Version => value as Version;
/** @param latin1 One character a byte; not checked. */
export const fileName = (latin1: string): FileName => latin1 as FileName;

/** The root of every group. linux/fuse.h: FUSE_ROOT_ID. */
export const ROOT_OID = oid(1);
