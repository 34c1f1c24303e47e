import type { Attributes } from "../../core/attributes.ts";
import type { Sequence } from "../../core/brand.ts";
import { errnoName, type ErrnoName } from "../../core/errno.ts";
import type { KeptChange } from "./kept-state.ts";
import type { Change, Message, MessageOfKind } from "../../wire/messages.ts";

/** What became of a change, the same on every writable member. */
export type ChangeOutcome =
  | {
      readonly kind: "changed";
      readonly errno: ErrnoName | undefined;
      readonly count: number;
      readonly attributes: Attributes | undefined;
    }
  /** Not acknowledged by all: it may have happened on some, or may yet. `errno` is what the application is told. */
  | { readonly kind: "unknown"; readonly errno: "EIO" | "EINTR"; readonly because: string };

/** A change to be made. */
export type Work = {
  /** What is written down with it, for who goes on after this process. */
  readonly kept?: Pick<KeptChange, "unique" | "under">;
  /** Its application has been told that it is done. */
  readonly isAnswered?: boolean;
  /**
   * Makes the change with its number; called once at most, when it is sent.
   * @returns Undefined when it must not be made any more.
   */
  build(seq: Sequence): Change | undefined;
  /** Called once, with what the application is to hear. */
  done(outcome: ChangeOutcome): void;
  /** It became one with an earlier change, whose versions its objects have then. */
  merged?(touches: Change["origin"]["touches"]): void;
  /**
   * Called once, before or after `done`: all members have it, or it will never be sent to all.
   * @param outcome What it came to; undefined when nobody knows, or nothing was sent.
   */
  settled(outcome: ChangeOutcome | undefined): void;
  /** Called once, after `settled`: it will not be sent any more, so nothing that it views is needed. */
  readonly released?: (() => void) | undefined;
};

/** One change of the log. */
export type Entry = {
  change: Change;
  /** What it was made by: several, where it stands for several. */
  works: readonly Work[];
  /** Places of the members that have not acknowledged it. */
  waiting: readonly number[];
  /** What it counts as dirty. */
  bytes: number;
  answer: MessageOfKind<"changed"> | undefined;
  /** Members may have it. */
  isSent: boolean;
  /** The application has its answer; the entry only waits to be level on all members. */
  abandoned: boolean;
};

const NO_WORKS: readonly Work[] = [];

/** The application does not wait for it any more. */
export function abandon(entry: Entry, errno: "EIO" | "EINTR", because: string): void {
  if (entry.abandoned) return;
  entry.abandoned = true;
  for (const work of entry.works) work.done({ kind: "unknown", errno, because });
}

/** Nothing of it is needed any more. */
export function release({ works }: Entry): void {
  for (const work of works) work.released?.();
}

/** Tells what came of it to all that it stands for. Of the objects' attributes only the last one knows. */
export function settle(entry: Entry, outcome: ChangeOutcome | undefined): void {
  const last = entry.works.at(-1);
  for (const work of entry.works) {
    const isLast = work === last || outcome?.kind !== "changed";
    work.settled(isLast ? outcome : { ...outcome, attributes: undefined });
  }
  if (!entry.abandoned && outcome !== undefined) for (const work of entry.works) work.done(outcome);
  // What it was made from is not needed any more; it may be kept for a second, with many others.
  entry.works = entry.works.some((work) => work.released !== undefined) ? entry.works : NO_WORKS;
}

/** @returns What all members have said; undefined where none of them was asked to the end. */
export function outcomeOf(answer: MessageOfKind<"changed"> | undefined): ChangeOutcome | undefined {
  if (answer === undefined) return undefined;
  const errno = answer.errno === 0 ? undefined : errnoName(answer.errno);
  return { kind: "changed", errno, count: answer.count, attributes: answer.attributes[0] };
}

/** @returns Why the answer shows that members differ; empty when it does not. */
export function disagreement(server: string, { change, answer: first }: Entry, answer: Message): string {
  const what = `change ${change.origin.seq} (${change.kind})`;
  if (answer.kind === "failed") return `${server} cannot apply ${what}: ${answer.because}`;
  if (answer.kind !== "changed") return `${server} answered ${answer.kind} to ${what}`;
  if (first === undefined || (first.errno === answer.errno && first.count === answer.count)) return "";
  return `${server} answered ${resultOf(answer)} to ${what}, another member ${resultOf(first)}`;
}

const resultOf = ({ errno, count }: MessageOfKind<"changed">): string =>
  errno === 0 ? `done (${count})` : errnoName(errno);
