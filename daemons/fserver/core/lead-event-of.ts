import type { ClientId } from "../../core/brand.ts";
import { LOCK_WAIT, type Message, type MessageOfKind } from "../../wire/messages.ts";
import type { LeadEvent } from "./lead-events.ts";

/** Leaves out the time, in each of the union. */
export type Timeless<Event> = Event extends LeadEvent ? Omit<Event, "nowMs"> : never;

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

function rangeOf(message: MessageOfKind<"lock"> | MessageOfKind<"lockTest">) {
  const { oid, start, end, type } = message;
  return { oid, start, end, type, flock: message.flock === 1, owner: latin1(message.owner) };
}

const waitOf = ({ wait }: MessageOfKind<"lock">) => ({ wait: wait === LOCK_WAIT.yes, again: wait === LOCK_WAIT.again });

/** Turns a session's message into an event of the lead. @returns Undefined when it is none. */
export function leadEventOf(client: ClientId, message: Message, request: number): Timeless<LeadEvent> | undefined {
  const who = { client, request };
  switch (message.kind) {
    case "acquire":
      return { kind: "acquire", ...who, wants: message.wants, extras: message.extras };
    case "giveBack":
      return { kind: "giveBack", client, oid: message.oid, keep: message.keep, inUse: message.inUse === 1 };
    case "reclaim": {
      const leases = message.leases.map(({ oid, mode, inUse }) => ({ oid, mode, inUse: inUse === 1 }));
      return { kind: "reclaim", client, leases, last: message.last === 1 };
    }
    case "unused":
      return { kind: "unused", client, oid: message.oid };
    case "lock":
      return { kind: "lock", ...who, ...rangeOf(message), ...waitOf(message), pid: message.pid };
    case "lockTest":
      return { kind: "lockTest", ...who, ...rangeOf(message) };
    case "cancel":
      return { kind: "cancel", client, request: message.request };
    case "lockDrop":
      return { kind: "lockDrop", ...who, oid: message.oid, flock: message.flock === 1, owner: latin1(message.owner) };
    default:
      return undefined;
  }
}
