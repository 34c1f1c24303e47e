/** Bugs of all kinds that a cache and a mirror may have, each as it would show between the parts. */
import { clientId, sequence, version, type ClientId } from "../../../daemons/core/brand.ts";
import type { Change, Message } from "../../../daemons/wire/messages.ts";
import { CHANGES } from "../../../daemons/wire/messages.ts";
import { MemoryStore } from "../../../daemons/fserver/core/memory-store.ts";
import type { Applied } from "../../../daemons/fserver/core/store.ts";
import type { OperationName } from "../../../daemons/fuse/core/request.ts";
import type { Bugs } from "../bugs.ts";
import type { Answer } from "../kernel/fuse.ts";

/** Seconds: as long as leases last. */
const LONG = 4;
const LATE_MS = 300;

const CHANGE_KINDS: ReadonlySet<string> = new Set(CHANGES.map(({ kind }) => kind));
const isChange = (message: Message): message is Change => CHANGE_KINDS.has(message.kind);

/** What is told is valid for long, whether there is a lease or not. */
export const validWithoutLease = (): Bugs => ({ told: lasting });

function lasting(answer: Answer, to: OperationName): Answer {
  const validity = { entrySeconds: LONG, attributeSeconds: LONG };
  if (answer.kind === "entry" || answer.kind === "created") return { ...answer, validity };
  if (answer.kind === "attributes") return { ...answer, attributeSeconds: LONG };
  if (to === "lookup" && answer.kind === "error" && answer.errno === "ENOENT")
    return { kind: "negative", entrySeconds: LONG };
  return answer;
}

/** A client's kernel is never told that a name, or anything of an object, is old. */
export const forgetsNoNames = (): Bugs => ({ forgets: ({ kind }) => kind !== "name" && kind !== "names" });
export const forgetsNoObjects = (): Bugs => ({ forgets: ({ kind }) => kind !== "all" && kind !== "attributes" });
export const forgetsNothing = (): Bugs => ({ forgets: () => false });

/** A lead takes leases back without asking: clients never hear of it. */
export const revokesInSilence = (): Bugs => ({
  leaves: ({ member, connection, message }) => {
    if (message.kind !== "revoke") return true;
    const { oid, keep } = message;
    member.later(0, () => member.hears(connection, { kind: "giveBack", oid, keep, inUse: 0 }, 0));
    return false;
  },
});

/** A lead does not wait for what clients have to do before they give a lease back. */
export const grantsBeforeGivenBack = (): Bugs => ({
  leaves: ({ member, connection, message }) => {
    if (message.kind !== "revoke") return true;
    const { oid, keep } = message;
    member.later(0, () => member.hears(connection, { kind: "giveBack", oid, keep, inUse: 1 }, 0));
    return true;
  },
});

/** The second member says that it has made a change before it has: a crash loses it. */
export function answersBeforeDone(): Bugs {
  const answered = new Set<string>();
  return {
    arrives: ({ member, connection, message, request }) => {
      if (member.place !== 1 || !isChange(message)) return true;
      const { seq } = message.origin;
      answered.add(`${connection} ${request}`);
      member.sends(connection, { kind: "changed", seq, errno: 0, count: 0, attributes: [] }, request);
      const later = structuredClone(message);
      member.later(LATE_MS, () => member.hears(connection, later, request));
      return false;
    },
    leaves: ({ connection, request }) => !answered.delete(`${connection} ${request}`),
  };
}

/** A member does once more what it is sent once more. */
class ForgetfulStore extends MemoryStore {
  #extra = 0;

  override apply(client: ClientId, change: Change): Applied {
    const applied = super.apply(client, change);
    if (applied.kind !== "repeated") return applied;
    const again = clientId(1_000_000);
    this.register(again);
    this.#extra += 1;
    const touches = change.origin.touches.map(({ oid }) => {
      const there = this.attributes(oid);
      return { oid, version: version((there.ok ? there.value.version : 0) + 1) };
    });
    super.apply(again, { ...change, origin: { ...change.origin, seq: sequence(this.#extra), touches } } as Change);
    return applied;
  }
}

export const doesTwice = (): Bugs => ({ store: (options) => new ForgetfulStore(options) });

/** The second member goes on taking changes of those who have lost their leases. */
export const fencesNobody = (): Bugs => ({
  arrives: ({ member, connection, message, request }) => {
    if (member.place === 0) return true;
    if (message.kind === "standOf" && message.fence === 1) member.hears(connection, { ...message, fence: 0 }, request);
    else if (message.kind === "endSession") member.sends(connection, { kind: "done" }, request);
    else return true;
    return false;
  },
});

/** The lead passes on leases of those who are silent, without a word to other members. */
export const levelsNobody = (): Bugs => ({
  arrives: ({ member, connection, message, request }) => {
    if (member.place === 0 || message.kind !== "supply") return true;
    member.sends(connection, { kind: "done" }, request);
    return false;
  },
});

/** The second member does nothing of what it says that it has done, now and then. */
export function losesWrites(): Bugs {
  let count = 0;
  return {
    store: (options) =>
      new (class extends MemoryStore {
        override apply(client: ClientId, change: Change): Applied {
          count += 1;
          if (change.kind !== "write" || count % 7 !== 0) return super.apply(client, change);
          return super.apply(client, { ...change, data: new Uint8Array(0) });
        }
      })(options),
  };
}
