import { clientId, fileName, oid, ROOT_OID, sequence, version } from "../../core/brand.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { TIME_ZERO } from "../../core/time.ts";
import { helloWith } from "../../wire/hello.ts";
import type { Change, Message, MessageOfKind } from "../../wire/messages.ts";
import { Member } from "../core/member.ts";
import type { MemberEvent, MemberOptions, MemberPorts } from "../core/member-ports.ts";
import { MemoryStore } from "../core/memory-store.ts";

export const LAPSE_MS = 4_100;

export const hello = (own: Partial<MessageOfKind<"hello">> = {}): MessageOfKind<"hello"> =>
  helloWith({ index: 1, host: "h", ...own });

/** A change that makes an empty file at the root. */
export const createFile = (seq: number, number: number, rootVersion: number, name = `f${number}`): Change => ({
  kind: "create",
  origin: {
    seq: sequence(seq),
    settled: sequence(0),
    time: TIME_ZERO,
    caller: ROOT_CALLER,
    touches: [
      { oid: ROOT_OID, version: version(rootVersion) },
      { oid: oid(number), version: version(1) },
    ],
  },
  parent: ROOT_OID,
  name: fileName(name),
  oid: oid(number),
  mode: 0o100644,
  umask: 0,
  rdev: 0,
  target: fileName(""),
});

/** A member whose clients a test plays. What it sends is heard as it comes; time passes when it is told to. */
export function memberScript(
  options: Partial<MemberOptions> = {},
  store = new MemoryStore(),
  connect: MemberPorts["connect"] = () => {
    throw new Error("it has no peers");
  },
) {
  const sent: { readonly connection: number; readonly message: Message; readonly request: number }[] = [];
  const closed: string[] = [];
  const events: MemberEvent[] = [];
  let nowMs = 1_000_000;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  let next = 1;
  const make = (): Member =>
    new Member(
      { index: 1, group: "g", export: "/e", isLead: true, lead: "s", permissions: 3, lapseMs: LAPSE_MS, ...options },
      store,
      {
        now: () => nowMs,
        send: (connection, message, request) => sent.push({ connection, message, request }),
        close: (connection, because) => {
          closed.push(`${connection}: ${because}`);
          script.member.closed(connection);
        },
        event: (event) => events.push(event),
        later: (ms, run) => timers.push({ atMs: nowMs + ms, run }),
        connect: (peer, end) => connect(peer, end),
      },
    );
  const script = {
    member: make(),
    store,
    sent,
    closed,
    events,
    /** The process starts again; the store is what it was. */
    restart: (): void => {
      store.restart();
      timers = [];
      script.member = make();
    },
    /** Asks. @returns What the connection heard since then, answers first to last. */
    ask: (connection: number, message: Message): readonly Message[] => {
      next += 1;
      const before = sent.length;
      script.member.receive(connection, message, next);
      return sent.slice(before).map((one) => one.message);
    },
    tell: (connection: number, message: Message): void => script.member.receive(connection, message, 0),
    /** A new connection with a new session. @returns The session. */
    open: (connection: number): number => {
      script.member.hello(connection, hello());
      const [opened] = script.ask(connection, { kind: "open", host: "h", at: "/m" });
      if (opened?.kind !== "opened") throw new Error(`open was answered ${opened?.kind}`);
      return opened.client;
    },
    /** A connection for a session that is known. */
    back: (connection: number, client: number): "welcome" | "fenced" => {
      const answer = script.member.hello(connection, hello({ client: clientId(client) }));
      if (answer === "welcome") script.member.welcomed(connection);
      return answer;
    },
    reclaim: (connection: number, leases: MessageOfKind<"reclaim">["leases"] = []): void => {
      script.ask(connection, { kind: "reclaim", leases, last: 1 });
    },
    acquire: (connection: number, number: number, mode = 2): readonly Message[] =>
      script.ask(connection, { kind: "acquire", wants: [{ oid: oid(number), mode }], extras: [] }),
    /** Time passes, with ticks, while these connections say something now and then. */
    pass: (ms: number, ...talking: readonly number[]): void => {
      for (let left = ms; left > 0; left -= 100) {
        nowMs += Math.min(100, left);
        const due = timers.filter(({ atMs }) => atMs <= nowMs);
        timers = timers.filter(({ atMs }) => atMs > nowMs);
        for (const { run } of due) run();
        for (const connection of talking) script.member.receive(connection, { kind: "beat", n: 1 }, 1);
        script.member.tick();
      }
    },
    /** The whole process stands still. */
    stall: (ms: number): void => {
      nowMs += ms;
    },
    /** What was sent to a connection, but for answers to beats. */
    heard: (connection: number): readonly Message[] =>
      sent.filter((one) => one.connection === connection && one.message.kind !== "beaten").map((one) => one.message),
  };
  return script;
}
