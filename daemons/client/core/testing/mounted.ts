import { oid, sequence } from "../../../core/brand.ts";
import { ERRNO, type ErrnoName } from "../../../core/errno.ts";
import type { Attributes } from "../../../core/attributes.ts";
import type { KernelRequest, Operation } from "../../../fuse/core/request.ts";
import type { Message, MessageKind, MessageOfKind } from "../../../wire/messages.ts";
import { CACHE_LIMITS } from "../cache-limits.ts";
import { Client } from "../client.ts";
import { SESSION, welcome } from "./fake-group.ts";
import { FakePorts } from "./fake-ports.ts";
import { grantsOf } from "./grants.ts";

export const FILE = oid(5);
export const GIVE_UP_MS = 30_000;

/** A client of two members, all ready, which the test plays. */
export function mounted({ dirtyBytes = CACHE_LIMITS.dirtyBytes, syncOnClose = false, bytesFree = 1e12 } = {}) {
  const ports = new FakePorts();
  const member = (server: string, priority: number) => ({ server, address: server, port: 1, priority, permissions: 3 });
  const client = new Client(
    {
      index: 1,
      members: [member("m0", 5), member("m1", 1)] as never,
      lead: 0,
      host: "h",
      at: "/",
      configHash: new Uint8Array(0),
      beatMs: 1_000,
      suspectMs: 3_000,
      giveUpMs: GIVE_UP_MS,
      mount: { readOnly: false, noXattr: false, syncOnClose, cache: { ...CACHE_LIMITS, dirtyBytes } },
    },
    ports,
  );
  let unique = 2;
  const group = {
    ports,
    client,
    /** What members say is durable when they answer a beat. */
    durable: Number.MAX_SAFE_INTEGER,
    ask: (node: number, operation: Operation): number => {
      unique += 2;
      const header = { unique, resent: false, node: oid(node), uid: 0, gid: 0, pid: 3, suppGroup: undefined };
      client.request({ header, ...operation } as KernelRequest);
      return unique;
    },
    answer: <Kind extends MessageKind>(place: number, kind: Kind, reply: Message): MessageOfKind<Kind> => {
      const { message, request } = ports.take(place, kind);
      client.link(place).received(reply, request);
      return message;
    },
    connect: (place: number, hello: MessageOfKind<"welcome"> = welcome()): void => {
      client.link(place).opened();
      group.answer(place, "hello", hello);
    },
    break: (place: number): void => {
      ports.sent = ports.sent.filter((sent) => sent.place !== place);
      client.link(place).closed("cut");
    },
    grant: (): void => {
      const { message, request } = ports.take(0, "acquire");
      const grants = grantsOf(message.wants);
      client.link(0).received({ kind: "granted", grants }, request);
    },
    /** Time passes while members answer the beats that reach them. */
    pass: (ms: number): void => {
      for (let left = ms; left > 0; left -= 500) {
        ports.pass(500);
        group.answerBeats();
      }
    },
    answerBeats: (): void => {
      const beats = ports.sent.filter(({ message }) => message.kind === "beat");
      ports.sent = ports.sent.filter(({ message }) => message.kind !== "beat");
      const free = { bytesFree, filesFree: 1e9, applied: sequence(0), durable: sequence(group.durable) };
      for (const { place, request } of beats) client.link(place).received({ kind: "beaten", n: 1, ...free }, request);
    },
    /** What a request of the kernel was answered with. */
    answerTo: (request: number) => ports.answered.find((answered) => answered.unique === request)?.reply,
  };
  client.start();
  group.connect(0);
  group.answer(0, "open", { kind: "opened", client: SESSION });
  group.connect(1);
  group.answerBeats();
  group.answer(0, "reclaim", { kind: "done" });
  return group;
}

/** What a member says of a change. */
export const changed = (seq: number, errno?: ErrnoName, attributes: readonly Attributes[] = []): Message => ({
  kind: "changed",
  seq: sequence(seq),
  errno: errno === undefined ? 0 : ERRNO[errno].number,
  count: 0,
  attributes,
});
export const write = (bytes: number, { fh = 0, flags = 1 } = {}): Operation => ({
  op: "write",
  fh,
  offset: 0,
  writeFlags: 0,
  flags,
  data: new Uint8Array(bytes),
});
