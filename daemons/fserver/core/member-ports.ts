/** What a member is told of its place, and what it needs of the world. */
import type { ClientId, Oid } from "../../core/brand.ts";
import type { Message } from "../../wire/messages.ts";
import type { PeerConnection, PeerEnd } from "./level/levelling.ts";
import type { ConnectionId } from "./sessions.ts";

export type MemberEvent =
  | { readonly kind: "sessionOpened"; readonly client: ClientId; readonly host: string; readonly at: string }
  | { readonly kind: "sessionEnded"; readonly client: ClientId; readonly because: string }
  /** It did not give a lease back in time. */
  | { readonly kind: "late"; readonly client: ClientId; readonly oid: Oid }
  /** What it had under way is on all members now, or will never be. */
  | { readonly kind: "levelled"; readonly client: ClientId; readonly because: string }
  | { readonly kind: "changeRefused"; readonly client: ClientId; readonly because: string };

export interface MemberPorts {
  now(): number;
  /** `message` may hold views; they are not needed once this returns. */
  send(connection: ConnectionId, message: Message, request: number): void;
  close(connection: ConnectionId, because: string): void;
  event(event: MemberEvent): void;
  /** Calls `run` once, after at least so many milliseconds, unless the member has ended by then. */
  later(ms: number, run: () => void): void;
  /** Begins a connection to another writable member of the group, for the lead; `end` hears of it later. */
  connect(peer: number, end: PeerEnd): PeerConnection;
}

export type MemberOptions = {
  readonly index: number;
  readonly group: string;
  readonly export: string;
  /** This member grants the group's leases. */
  readonly isLead: boolean;
  /** Name of the server that is the lead by this member's configuration; empty where there is none to go by. */
  readonly lead: string;
  /** May be read by clients, may be written by them: bits 1 and 2. */
  readonly permissions: 1 | 2 | 3;
  /** After so long a silence others may have what a session holds: `lapse` of docs/protocol.md. */
  readonly lapseMs: number;
  /** After so long a silence a session is forgotten, though nobody wanted what it held; default a day. */
  readonly forgetMs?: number;
  /** How many other members get every change; default none. */
  readonly peers?: number;
};
