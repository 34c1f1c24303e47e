import assert from "node:assert/strict";
import type { DirectoryEntry, Reply } from "../../../fuse/core/reply.ts";
import type { Invalidation } from "../../../fuse/core/invalidation.ts";
import type { Header } from "../../../fuse/core/request.ts";
import type { Message, MessageKind, MessageOfKind } from "../../../wire/messages.ts";
import { Agenda } from "../../../../test/support/agenda.ts";
import type { ClientEvent, ClientPorts } from "../ports.ts";

export type Sent = { readonly place: number; readonly message: Message; readonly request: number };
export type Answered = { readonly unique: number; readonly reply: Reply | Listing };
/** READDIR is answered with all entries that there are. */
type Listing = { readonly kind: "directory"; readonly entries: readonly DirectoryEntry[] };

/** The world of a client as a test sees it: time that passes when it is told to, and everything that was said. */
export class FakePorts implements ClientPorts {
  readonly agenda = new Agenda();
  /** Sent, and not taken by the test yet. */
  sent: Sent[] = [];
  readonly connecting: number[] = [];
  readonly disconnected: number[] = [];
  readonly answered: Answered[] = [];
  readonly events: ClientEvent[] = [];
  readonly killed = new Set<number>();
  /** What the kernel was told to forget, and how a test says that it has. */
  readonly invalidated: { readonly what: readonly Invalidation[]; readonly done: () => void }[] = [];
  canExpireNames = true;
  /** Whether the kernel forgets at once. */
  forgetsAtOnce = true;
  /** Buffers that are kept from use. */
  kept = 0;

  invalidate(what: readonly Invalidation[], done: () => void): void {
    this.invalidated.push({ what, done });
    if (this.forgetsAtOnce) done();
  }

  pass(ms: number): void {
    this.agenda.runUntil(this.agenda.now + ms);
  }

  /** The oldest message of this kind that was sent to a member and not taken yet. */
  take<Kind extends MessageKind>(place: number, kind: Kind): { message: MessageOfKind<Kind>; request: number } {
    const at = this.sent.findIndex((sent) => sent.place === place && sent.message.kind === kind);
    const found = this.sent[at];
    assert.ok(found !== undefined, `${kind} was sent to member ${place}, among ${this.kindsSentTo(place).join(" ")}`);
    this.sent.splice(at, 1);
    return { message: found.message as MessageOfKind<Kind>, request: found.request };
  }

  kindsSentTo(place: number): readonly MessageKind[] {
    return this.sent.filter((sent) => sent.place === place).map(({ message }) => message.kind);
  }

  now(): number {
    return this.agenda.now;
  }

  realtime(): { readonly sec: number; readonly nsec: number } {
    return { sec: Math.floor(this.agenda.now / 1_000), nsec: 0 };
  }

  after(ms: number, run: () => void): { cancel(): void } {
    return this.agenda.after(ms, run);
  }

  connect(place: number): void {
    this.connecting.push(place);
  }

  send(place: number, message: Message, request: number): void {
    this.sent.push({ place, message, request });
  }

  disconnect(place: number): void {
    this.disconnected.push(place);
  }

  reply({ unique }: Header, reply: Reply): void {
    this.answered.push({ unique, reply });
  }

  replyDirectory({ unique }: Header, _size: number, _plus: boolean, entries: Iterable<DirectoryEntry>): void {
    this.answered.push({ unique, reply: { kind: "directory", entries: [...entries] } });
  }

  keep(): () => void {
    this.kept += 1;
    return () => {
      this.kept -= 1;
    };
  }

  groups(): readonly number[] {
    return [];
  }

  isKilled(pid: number): boolean {
    return this.killed.has(pid);
  }

  event(event: ClientEvent): void {
    this.events.push(event);
  }
}
