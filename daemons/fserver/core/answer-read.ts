import { failed } from "./failed.ts";
import type { Failure } from "../../core/result.ts";
import { LIMIT, type Message } from "../../wire/messages.ts";
import type { Store } from "./store.ts";

/**
 * Answers a message that changes nothing.
 * @param scratch LIMIT.dataBytes of memory for what is read; in use until `answer` returns.
 * @returns Whether it was such a message.
 */
export function answerRead(store: Store, message: Message, scratch: Buffer, answer: (reply: Message) => void): boolean {
  const failure = (result: Failure): void => answer(failed(result.errno, result.because));
  switch (message.kind) {
    case "lookup": {
      const found = store.lookup(message.parent, message.name, message.caller);
      if (found.ok) answer({ kind: "attributesAre", attributes: found.value });
      else failure(found);
      break;
    }
    case "getAttributes": {
      const found = store.attributes(message.oid);
      if (!found.ok) failure(found);
      else if (found.value.version < message.versionFloor) answer(failed("ESTALE", "behind"));
      else answer({ kind: "attributesAre", attributes: found.value });
      break;
    }
    case "readLink": {
      const target = store.readLink(message.oid);
      if (target.ok) answer({ kind: "linkIs", target: target.value });
      else failure(target);
      break;
    }
    case "listDirectory": {
      const listing = store.list(message.oid, message.cookie, Math.min(message.bytesMax, LIMIT.dataBytes));
      if (listing.ok)
        answer({
          kind: "entries",
          entries: listing.value.entries,
          cookie: listing.value.cookie,
          end: listing.value.end ? 1 : 0,
        });
      else failure(listing);
      break;
    }
    case "read": {
      const length = Math.min(message.length, LIMIT.dataBytes);
      const count = store.read(message.oid, message.offset, length, scratch);
      if (count.ok) answer({ kind: "data", data: scratch.subarray(0, count.value) });
      else failure(count);
      break;
    }
    case "seek": {
      const offset = store.seek(message.oid, message.offset, message.whence);
      if (offset.ok) answer({ kind: "offsetIs", offset: offset.value });
      else failure(offset);
      break;
    }
    case "getXattr": {
      const value = store.getXattr(message.oid, message.name, message.caller);
      if (value.ok) answer({ kind: "data", data: value.value });
      else failure(value);
      break;
    }
    case "listXattr": {
      const names = store.listXattr(message.oid, message.caller);
      if (names.ok) answer({ kind: "data", data: names.value });
      else failure(names);
      break;
    }
    case "statFs": {
      const space = store.space();
      if (space.ok) answer({ kind: "spaceIs", ...space.value });
      else failure(space);
      break;
    }
    case "reserve": {
      const reserved = store.reserve(message.oid, message.offset, message.length);
      if (reserved.ok) answer({ kind: "done" });
      else failure(reserved);
      break;
    }
    case "syncObject":
      store.sync(message.oid, message.dataOnly === 1, (result) => {
        if (result.ok) answer({ kind: "done" });
        else failure(result);
      });
      break;
    default:
      return false;
  }
  return true;
}
