import { ROOT_OID, type ClientId, type Sequence } from "../../../core/brand.ts";
import type { Message } from "../../../wire/messages.ts";
import { failed } from "../failed.ts";
import type { Store } from "../store.ts";

export type LeadVisitPorts = {
  readonly store: Pick<Store, "standing" | "sync">;
  /** 0 where the session is not known. */
  position(client: ClientId): Sequence;
  /** Nothing more is taken from the session's client. */
  fence(client: ClientId): void;
  /** See `LevellingPorts`. */
  frameOf(client: ClientId, seq: Sequence): Buffer | undefined;
  apply(client: ClientId, frame: Uint8Array): boolean;
  /** A fenced session is over. */
  end(client: ClientId): void;
};

/**
 * What a member answers to the lead of its group, perhaps only when its disk has.
 * @returns Whether a lead has such a question.
 */
export function answerLead(ports: LeadVisitPorts, message: Message, answer: (reply: Message) => void): boolean {
  switch (message.kind) {
    case "standOf":
      if (message.fence === 1) ports.fence(message.client);
      tellStand(ports, message.client, answer);
      return true;
    case "copyOf": {
      const frame = ports.frameOf(message.client, message.seq);
      const because = `change ${message.seq} of session ${message.client} is not remembered`;
      answer(frame === undefined ? failed("ENOENT", because) : { kind: "copy", frame });
      return true;
    }
    case "supply":
      answer(
        ports.apply(message.client, message.frame)
          ? { kind: "done" }
          : failed("ESTALE", `a change of session ${message.client} does not fit`),
      );
      return true;
    case "endSession":
      ports.end(message.client);
      answer({ kind: "done" });
      return true;
    default:
      return false;
  }
}

/** What the lead goes by must not be lost when the host goes down: it passes on what the client had. */
function tellStand({ store, position }: LeadVisitPorts, client: ClientId, answer: (reply: Message) => void): void {
  const applied = position(client);
  const ended = store.standing(client) === "ended" ? 1 : 0;
  store.sync(ROOT_OID, (synced) =>
    answer(synced.ok ? { kind: "stand", applied, ended } : failed(synced.errno, synced.because ?? "")),
  );
}
