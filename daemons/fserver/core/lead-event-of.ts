import type { ClientId } from "../../core/brand.ts";
import type { Message, MessageOfKind } from "../../wire/messages.ts";
import type { LeadEvent } from "./lead-events.ts";

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

function rangeOf(message: MessageOfKind<"lock"> | MessageOfKind<"lockTest">) {
  const { oid, start, end, type } = message;
  return { oid, start, end, type, flock: message.flock === 1, owner: latin1(message.owner) };
}

/** Turns a session's message into an event of the lead. @returns Undefined when it is none. */
export function leadEventOf(client: ClientId, message: Message, request: number, nowMs: number): LeadEvent | undefined {
  const who = { nowMs, client, request };
  switch (message.kind) {
    case "acquire":
      return { kind: "acquire", ...who, wants: message.wants };
    case "giveBack":
      return { kind: "giveBack", nowMs, client, oid: message.oid, keep: message.keep, inUse: message.inUse === 1 };
    case "reclaim": {
      const leases = message.leases.map(({ oid, mode, inUse }) => ({ oid, mode, inUse: inUse === 1 }));
      return { kind: "reclaim", nowMs, client, leases, last: message.last === 1 };
    }
    case "unused":
      return { kind: "unused", nowMs, client, oid: message.oid };
    case "lock":
      return { kind: "lock", ...who, ...rangeOf(message), wait: message.wait === 1, pid: message.pid };
    case "lockTest":
      return { kind: "lockTest", ...who, ...rangeOf(message) };
    case "lockCancel":
      return { kind: "lockCancel", nowMs, client, request: message.request };
    case "lockDrop":
      return { kind: "lockDrop", ...who, oid: message.oid, flock: message.flock === 1, owner: latin1(message.owner) };
    default:
      return undefined;
  }
}
