import { failed } from "./failed.ts";
import type { Oid, Version } from "../../core/brand.ts";
import { fail, type Result } from "../../core/result.ts";
import { LIMIT, type Message, type MessageKind, type MessageOfKind } from "../../wire/messages.ts";
import type { Offers } from "./offers.ts";
import type { Store } from "./store.ts";

type Answer = (reply: Message) => void;
type Reader<Kind extends MessageKind> = (
  store: Store,
  message: MessageOfKind<Kind>,
  scratch: Buffer,
  offers: Offers | undefined,
) => Message;

/** The messages that change nothing and are answered at once. */
const READERS = {
  lookup: (store, { parent, name, caller, lease }, _scratch, offers) => {
    if (lease === 1 && offers?.covers(parent) === false) return UNCOVERED;
    return answerOf(store.lookup(parent, name, caller), (attributes) => ({
      kind: "attributesAre",
      attributes,
      ...leased(store, attributes.oid, lease === 1 ? offers : undefined),
    }));
  },
  getAttributes: (store, { oid, versionFloor }) => {
    const found = store.attributes(oid);
    return found.ok && found.value.version < versionFloor ? BEHIND : attributesAre(found);
  },
  readLink: (store, { oid }) => answerOf(store.readLink(oid), (target) => ({ kind: "linkIs", target })),
  listDirectory: (store, { oid, cookie, bytesMax, lease }, _scratch, offers) => {
    if (lease === 1 && offers?.covers(oid) === false) return UNCOVERED;
    const offered = lease === 1 ? offers : undefined;
    return answerOf(store.list(oid, cookie, Math.min(bytesMax, LIMIT.dataBytes)), (listing) => ({
      kind: "entries",
      entries: listing.entries.map(({ name, attributes }) => {
        const { leased: given, bare } = leased(store, attributes.oid, offered);
        return { name, attributes, leased: given, bare };
      }),
      cookie: listing.cookie,
      end: listing.end ? 1 : 0,
    }));
  },
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
  rebind: (store, { parent, name, oid }) =>
    answerOf(store.rebind?.(parent, name, oid) ?? fail("EOPNOTSUPP"), () => ({ kind: "done" })),
  reserve: (store, { oid, offset, length }) => answerOf(store.reserve(oid, offset, length), () => ({ kind: "done" })),
} as const satisfies { readonly [Kind in MessageKind]?: Reader<Kind> };

/** Names told without a lease of the directory could be others a moment later. */
const UNCOVERED = failed("EAGAIN", "the session does not hold the directory");
const NOT_LEASED = { leased: 0, bare: 0 } as const;
const LEASED = { leased: 1, bare: 0 } as const;
const LEASED_BARE = { leased: 1, bare: 1 } as const;

/** The read lease that comes with what is told of an object. */
function leased(
  store: Store,
  oid: Oid,
  offers: Offers | undefined,
): { readonly leased: number; readonly bare: number } {
  if (offers?.lease(oid) !== true) return NOT_LEASED;
  return store.isBare(oid) ? LEASED_BARE : LEASED;
}

/** This member has not heard yet of changes that the reader knows of (rule C8). */
const BEHIND = failed("ESTALE", "behind");

/**
 * Answers a message that changes nothing.
 * @param scratch LIMIT.dataBytes of memory for what is read; in use until `answer` returns.
 * @param offers Leases that may come with the answer; undefined where none can be had.
 * @returns Whether it was such a message.
 */
export function answerRead(
  store: Store,
  message: Message,
  scratch: Buffer,
  answer: Answer,
  offers?: Offers | undefined,
): boolean {
  if (message.kind === "syncObject") {
    store.sync(message.oid, (result) => answer(answerOf(result, () => ({ kind: "done" }))));
    return true;
  }
  if (!(message.kind in READERS)) return false;
  // The row of a kind takes messages of that kind: the table's type says so, which TypeScript cannot follow by a variable.
  const reader = READERS[message.kind as keyof typeof READERS] as Reader<MessageKind>;
  answer(reader(store, message, scratch, offers));
  return true;
}

function answerOf<T>(result: Result<T>, message: (value: T) => Message): Message {
  return result.ok ? message(result.value) : failed(result.errno, result.because);
}

function attributesAre(found: ReturnType<Store["attributes"]>): Message {
  return answerOf(found, (attributes) => ({ kind: "attributesAre", attributes, ...NOT_LEASED }));
}

function isBehind(store: Store, oid: Oid, floor: Version): boolean {
  if (floor === 0) return false;
  const found = store.attributes(oid);
  return found.ok && found.value.version < floor;
}
