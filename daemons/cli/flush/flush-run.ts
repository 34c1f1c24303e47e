import type { Oid } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import { ok } from "../../core/result.ts";
import type { Reply } from "../../fuse/core/reply.ts";
import type { Operation } from "../../fuse/core/request.ts";
import type { GroupClient } from "./group-client.ts";
import type { PlainStat } from "./plain-files.ts";

/** What one `flush` works with, and what it has found so far. */
export type FlushRun = {
  readonly client: GroupClient;
  /** Place in the group of the server whose version is the truth, and of the others that get every change. */
  readonly own: number;
  readonly others: readonly number[];
  /** Also what lies below directories. */
  readonly recursive: boolean;
  /** Content is compared also where size and time of modification are the same. */
  readonly compare: boolean;
  readonly tally: FlushTally;
  /** Told of each object, for who watches. */
  readonly progress: (path: string) => void;
};

export type FlushTally = {
  /** Objects that clients had to give back. */
  objects: number;
  /** Of those, such that another server had otherwise. */
  changed: number;
  /** Objects that this server alone had, and that all have now. */
  adopted: number;
  /** Objects that this server had no more, and that are gone everywhere. */
  removed: number;
  /** Of content that was sent to other servers. */
  bytes: number;
  readonly problems: { readonly path: string; readonly because: string }[];
  /** What was taken over as copies: the server has put these away, and they may go. */
  readonly copied: { readonly path: string; readonly stat: PlainStat }[];
};

export const newTally = (): FlushTally => ({
  objects: 0,
  changed: 0,
  adopted: 0,
  removed: 0,
  bytes: 0,
  problems: [],
  copied: [],
});

/** Names are bytes: as people read them. */
export const shownPath = (path: string): string => (path === "" ? "." : Buffer.from(path, "latin1").toString("utf8"));

export function problem({ tally }: FlushRun, path: string, because: string): void {
  tally.problems.push({ path: shownPath(path), because });
}

/** Changes something on all members. @returns The reply, or undefined after the problem was noted. */
export async function changeAll(
  run: FlushRun,
  path: string,
  node: Oid,
  operation: Operation,
): Promise<Reply | undefined> {
  const reply = await run.client.change(node, operation);
  if (reply.kind !== "error") return reply;
  problem(run, path, `${operation.op}: ${reply.errno}`);
  return undefined;
}

/** Asks all other members the same. @returns The first failure, if there is one. */
export async function askOthers<T>(
  { others }: FlushRun,
  ask: (place: number) => Promise<Result<T>>,
): Promise<Result<readonly T[]>> {
  const values: T[] = [];
  for (const answer of await Promise.all(others.map(ask))) {
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return ok(values);
}
