import { sequence, type ClientId, type Sequence } from "../../../core/brand.ts";
import type { Message } from "../../../wire/messages.ts";
import { failed } from "../failed.ts";

export type LeadVisitPorts = {
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

/** What a member answers to the lead of its group. @returns Undefined where a lead has no such question. */
export function answerLead(ports: LeadVisitPorts, message: Message): Message | undefined {
  switch (message.kind) {
    case "standOf":
      if (message.fence === 1) ports.fence(message.client);
      return { kind: "stand", applied: sequence(ports.position(message.client)) };
    case "copyOf": {
      const frame = ports.frameOf(message.client, message.seq);
      return frame === undefined
        ? failed("ENOENT", `change ${message.seq} of session ${message.client} is not remembered`)
        : { kind: "copy", frame };
    }
    case "supply":
      return ports.apply(message.client, message.frame)
        ? { kind: "done" }
        : failed("ESTALE", `a change of session ${message.client} does not fit`);
    case "endSession":
      ports.end(message.client);
      return { kind: "done" };
    default:
      return undefined;
  }
}
