/** What the client's core needs of the world; the shell and the simulation each provide it. */
import type { Time } from "../../core/time.ts";
import type { Invalidation } from "../../fuse/core/invalidation.ts";
import type { Header } from "../../fuse/core/request.ts";
import type { DirectoryEntry, Reply } from "../../fuse/core/reply.ts";
import type { KeptState } from "./kept-state.ts";
import type { Change, Message } from "../../wire/messages.ts";

export type TimerHandle = { cancel(): void };

export type ClientEvent =
  | { readonly kind: "memberUp"; readonly server: string }
  | { readonly kind: "memberDown"; readonly server: string; readonly because: string }
  | { readonly kind: "memberRefused"; readonly server: string; readonly because: string }
  | { readonly kind: "memberDiverged"; readonly server: string; readonly because: string }
  | { readonly kind: "sessionOpened"; readonly client: number }
  | { readonly kind: "sessionLost"; readonly client: number; readonly because: string }
  | { readonly kind: "configDiffers"; readonly server: string }
  | { readonly kind: "lockLost"; readonly because: string };

export interface ClientPorts {
  /** Milliseconds of a clock that counts suspends (CLOCK_BOOTTIME). */
  now(): number;
  realtime(): Time;
  after(ms: number, run: () => void): TimerHandle;
  /** Begins a connection to the member with this place in the group; `MemberLink.opened` or `closed` follows. */
  connect(member: number): void;
  /** `message` may hold views; they are not needed once this returns. */
  send(member: number, message: Message, request: number): void;
  /** Ends the connection; `MemberLink.closed` does not follow. */
  disconnect(member: number): void;
  reply(header: Header, reply: Reply): void;
  /** Answers READDIR and READDIRPLUS with as many entries as fit into `size` bytes. */
  replyDirectory(header: Header, size: number, plus: boolean, entries: Iterable<DirectoryEntry>): void;
  /**
   * The kernel is to forget: `done` is called once when it has, perhaps before this returns, perhaps never (see
   * {@link Invalidation} for what each waits for).
   */
  invalidate(what: readonly Invalidation[], done: () => void): void;
  /** Whether it can forget all names at once. */
  readonly canExpireNames: boolean;
  /** See `Transport.keep`. */
  keep(): (() => void) | undefined;
  /** Supplementary groups of a process. */
  groups(pid: number, uid: number, gid: number): readonly number[];
  /** Whether a process is being killed: it will never see what its system call returns. False when it is not known. */
  isKilled(pid: number): boolean;
  event(event: ClientEvent): void;
  /**
   * Changes that were answered, and that no session can send any more, are written where an administrator finds them.
   * @returns Where; undefined: nowhere, which has been told.
   */
  rescue?(changes: readonly Change[], because: string): string | undefined;
  /** What outlives this process; undefined where nothing does. */
  readonly keptState?: KeptState | undefined;
}
