/** What applications asked and saw, by the object that it concerns: what the checker judges. */

/** One operation of an application, or a part of it that concerns one object alone. */
export type Call<Op> = {
  readonly by: string;
  readonly op: Op;
  /** Places in the order of all that happened. Infinity: its outcome is not known, it may still come to pass. */
  readonly begin: number;
  readonly end: number;
  /** Virtual milliseconds, for people. */
  readonly at: number;
  /** It may never have happened: nobody was told, or what was told is void since. */
  readonly maybe: boolean;
};

/** A name is written as the number of its directory, a slash, and itself. Object 0: there is none. */
export type NameOp =
  | { readonly kind: "means"; readonly at: string; readonly oid: number }
  | { readonly kind: "exists"; readonly at: string }
  /** `oid` negative: nobody was told it, and this number stands for it. Not exclusive: what is there is opened. */
  | {
      readonly kind: "make";
      readonly at: string;
      readonly oid: number;
      readonly exclusive: boolean;
      readonly directory: boolean;
    }
  | { readonly kind: "remove"; readonly at: string; readonly directory: boolean }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly flags: number }
  | { readonly kind: "link"; readonly at: string; readonly oid: number }
  /** How many names a file has. */
  | { readonly kind: "links"; readonly oid: number; readonly count: number }
  | { readonly kind: "notEmpty"; readonly at: string };

/** On the content of one file, of bytes as latin1. */
export type ContentOp =
  | { readonly kind: "write"; readonly offset: number; readonly data: string }
  | { readonly kind: "append"; readonly data: string }
  | { readonly kind: "truncate"; readonly size: number }
  | { readonly kind: "chmod"; readonly mode: number }
  /** The content has this at `offset`, whatever follows. */
  | { readonly kind: "part"; readonly offset: number; readonly data: string }
  | { readonly kind: "size"; readonly size: number }
  | { readonly kind: "sizeAtMost"; readonly size: number }
  | { readonly kind: "mode"; readonly mode: number };
