import { clientId, sequence, type ClientId, type Sequence } from "../../../core/brand.ts";
import type { Message, MessageKind, MessageOfKind } from "../../../wire/messages.ts";
import { LeadSession } from "../lead-session.ts";
import { MemberLink } from "../member-link.ts";
import { FakePorts } from "./fake-ports.ts";

/** What a test wants to hear of the links. */
export type GroupEvents = {
  welcomed?(link: MemberLink, applied: Sequence): void;
  lost?(link: MemberLink): void;
  resumesIn?(): number;
  resume?(isNewRun: boolean): void;
  unasked?(message: Message): void;
  refused?(because: string): void;
};

export const SESSION: ClientId = clientId(7);
export const GIVE_UP_MS = 30_000;
const HOST = { index: 1, host: "here", lead: "m0", configHash: new Uint8Array(0), beatMs: 1_000, suspectMs: 3_000 };

export const welcome = (applied = 0, run = 1): MessageOfKind<"welcome"> => ({
  kind: "welcome",
  version: 1,
  capabilities: 0,
  server: "s",
  software: "test",
  storeId: new Uint8Array(16),
  run,
  applied: sequence(applied),
  durable: sequence(0),
  configHash: new Uint8Array(0),
});

/** Links to members that a test plays; the first is the lead. */
export class FakeGroup {
  readonly ports = new FakePorts();
  readonly links: readonly MemberLink[];
  readonly lead: LeadSession;
  /** May be set when what listens has been made. */
  events: GroupEvents;

  constructor(members: number, events: GroupEvents = {}) {
    this.events = events;
    this.links = Array.from({ length: members }, (_, place) => this.#makeLink(place));
    this.lead = new LeadSession(this.link(0), { host: "here", at: "/", giveUpMs: GIVE_UP_MS }, this.ports, {
      opened: (client) => {
        for (const link of this.links.slice(1)) link.identify(client);
      },
      resumesIn: () => this.events.resumesIn?.() ?? 0,
      resume: (isNewRun) => this.events.resume?.(isNewRun),
    });
  }

  /** All are connected, and know the session. */
  static ready(members: number, events: GroupEvents = {}): FakeGroup {
    const group = new FakeGroup(members, events);
    for (const link of group.links) link.start();
    group.connect(0);
    group.answer(0, "open", { kind: "opened", client: SESSION });
    for (const { place } of group.links.slice(1)) group.connect(place);
    for (const { place } of group.links) group.beaten(place);
    group.ports.sent = [];
    return group;
  }

  link(place: number): MemberLink {
    const link = this.links[place];
    if (link === undefined) throw new Error(`no member ${place}`);
    return link;
  }

  /** A member's connection stands, and it answers hello. */
  connect(place: number, { applied = 0, run = 1 } = {}): void {
    this.link(place).opened();
    this.answer(place, "hello", welcome(applied, run));
  }

  break(place: number): void {
    this.ports.sent = this.ports.sent.filter((sent) => sent.place !== place);
    this.link(place).closed("cut");
  }

  /** Answers the oldest message of a kind. */
  answer<Kind extends MessageKind>(place: number, kind: Kind, reply: Message): MessageOfKind<Kind> {
    const { message, request } = this.ports.take(place, kind);
    this.link(place).received(reply, request);
    return message;
  }

  say(place: number, message: Message): void {
    this.link(place).received(message, 0);
  }

  beaten(place: number): void {
    this.link(place).beat();
    this.#answerBeats();
  }

  /** Time passes, while members answer the beats that reach them. */
  pass(ms: number): void {
    const end = this.ports.now() + ms;
    while (this.ports.now() < end) {
      this.ports.pass(Math.min(500, end - this.ports.now()));
      this.#answerBeats();
    }
  }

  #answerBeats(): void {
    const beats = this.ports.sent.filter(({ message }) => message.kind === "beat");
    this.ports.sent = this.ports.sent.filter(({ message }) => message.kind !== "beat");
    const free = { bytesFree: 1e12, filesFree: 1e9, applied: sequence(0), durable: sequence(0) };
    for (const { place, message, request } of beats)
      if (message.kind === "beat") this.link(place).received({ kind: "beaten", n: message.n, ...free }, request);
  }

  #makeLink(place: number): MemberLink {
    const link: MemberLink = new MemberLink({ ...HOST, place, server: `m${place}` }, this.ports, {
      welcomed: (answer, client) => {
        if (place === 0) this.lead.welcomed(answer, client);
        if (client !== 0) this.events.welcomed?.(link, answer.applied);
        if (place === 0 && client !== 0) this.lead.begin();
      },
      refused: (_code, because) => this.events.refused?.(because),
      beaten: () => {},
      lost: () => {
        if (place === 0) this.lead.lost();
        this.events.lost?.(link);
      },
      unasked: (message) => this.events.unasked?.(message),
    });
    return link;
  }
}
