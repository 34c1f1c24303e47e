import { failed } from "./failed.ts";
import type { Oid, Version } from "../../core/brand.ts";
import type { Result } from "../../core/result.ts";
import { LIMIT, type Message, type MessageKind, type MessageOfKind } from "../../wire/messages.ts";
import type { Store } from "./store.ts";

type Answer = (reply: Message) => void;
type Reader<Kind extends MessageKind> = (store: Store, message: MessageOfKind<Kind>, scratch: Buffer) => Message;

/** The messages that change nothing and are answered at once. */
const READERS = {
  lookup: (store, { parent, name, caller }) => attributesAre(store.lookup(parent, name, caller)),
  getAttributes: (store, { oid, versionFloor }) => {
    const found = store.attributes(oid);
    return found.ok && found.value.version < versionFloor ? BEHIND : attributesAre(found);
  },
  readLink: (store, { oid }) => answerOf(store.readLink(oid), (target) => ({ kind: "linkIs", target })),
  listDirectory: (store, { oid, cookie, bytesMax }) =>
    answerOf(store.list(oid, cookie, Math.min(bytesMax, LIMIT.dataBytes)), (listing) => ({
      kind: "entries",
      entries: listing.entries.map((entry) => ({ ...entry, leased: 0, bare: 0 })),
      cookie: listing.cookie,
      end: listing.end ? 1 : 0,
    })),
  read: (store, { oid, offset, length, versionFloor }, scratch) => {
    if (isBehind(store, oid, versionFloor)) return BEHIND;
    const count = store.read(oid, offset, Math.min(length, LIMIT.dataBytes), scratch);
    return answerOf(count, (bytes) => ({ kind: "data", data: scratch.subarray(0, bytes) }));
  },
  seek: (store, { oid, offset, whence }) =>
    answerOf(store.seek(oid, offset, whence), (found) => ({ kind: "offsetIs", offset: found })),
  getXattr: (store, { oid, name, caller }) =>
    answerOf(store.getXattr(oid, name, caller), (data) => ({ kind: "data", data })),
  listXattr: (store, { oid, caller }) => answerOf(store.listXattr(oid, caller), (data) => ({ kind: "data", data })),
  statFs: (store) => answerOf(store.space(), (space) => ({ kind: "spaceIs", ...space })),
  reserve: (store, { oid, offset, length }) => answerOf(store.reserve(oid, offset, length), () => ({ kind: "done" })),
} as const satisfies { readonly [Kind in MessageKind]?: Reader<Kind> };

/** This member has not heard yet of changes that the reader knows of (rule C8). */
const BEHIND = failed("ESTALE", "behind");

/**
 * Answers a message that changes nothing.
 * @param scratch LIMIT.dataBytes of memory for what is read; in use until `answer` returns.
 * @returns Whether it was such a message.
 */
export function answerRead(store: Store, message: Message, scratch: Buffer, answer: Answer): boolean {
  if (message.kind === "syncObject") {
    store.sync(message.oid, (result) => answer(answerOf(result, () => ({ kind: "done" }))));
    return true;
  }
  if (!(message.kind in READERS)) return false;
  // The row of a kind takes messages of that kind: the table's type says so, which TypeScript cannot follow by a variable.
  const reader = READERS[message.kind as keyof typeof READERS] as Reader<MessageKind>;
  answer(reader(store, message, scratch));
  return true;
}

function answerOf<T>(result: Result<T>, message: (value: T) => Message): Message {
  return result.ok ? message(result.value) : failed(result.errno, result.because);
}

function attributesAre(found: ReturnType<Store["attributes"]>): Message {
  return answerOf(found, (attributes) => ({ kind: "attributesAre", attributes, leased: 0, bare: 0 }));
}

function isBehind(store: Store, oid: Oid, floor: Version): boolean {
  if (floor === 0) return false;
  const found = store.attributes(oid);
  return found.ok && found.value.version < floor;
}
