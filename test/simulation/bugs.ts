import type { Invalidation } from "../../daemons/fuse/core/invalidation.ts";
import type { OperationName } from "../../daemons/fuse/core/request.ts";
import type { MemoryStore, MemoryStoreOptions } from "../../daemons/fserver/core/memory-store.ts";
import type { Message } from "../../daemons/wire/messages.ts";
import type { Answer } from "./kernel/fuse.ts";
import type { SimMember } from "./sim-member.ts";

/** A frame at a member, of one of its connections. */
export type Frame = {
  readonly member: SimMember;
  readonly connection: number;
  readonly message: Message;
  readonly request: number;
};

/**
 * What may be wrong on purpose, so that it is known that the simulation finds it: between the parts, never in them. Each
 * is asked where the thing itself is done.
 */
export type Bugs = {
  /** Whether a kernel really forgets what it says it has. */
  readonly forgets?: (what: Invalidation) => boolean;
  /** What a kernel is told instead of what its daemon said. */
  readonly told?: (answer: Answer, to: OperationName) => Answer;
  /** Whether a frame of a client is for the member: else the bug sees to it. */
  readonly arrives?: (frame: Frame) => boolean;
  /** Whether a frame of a member is sent. */
  readonly leaves?: (frame: Frame) => boolean;
  /** Makes a member's store. */
  readonly store?: (options: MemoryStoreOptions) => MemoryStore;
};
