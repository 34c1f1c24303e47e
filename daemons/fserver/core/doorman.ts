import { sequence } from "../../core/brand.ts";
import type { ServerReport } from "../../core/report.ts";
import {
  FIRST_EPOCH,
  LIMIT,
  MAGIC,
  PROTOCOL,
  REFUSAL,
  ROLE,
  type Message,
  type MessageOfKind,
} from "../../wire/messages.ts";
import type { ConnectionId, Member } from "./member.ts";

export type DoormanPorts = {
  send(connection: ConnectionId, message: Message, request: number): void;
  /** Ends a connection; `Doorman.closed` follows or not, either is right. */
  close(connection: ConnectionId, because: string): void;
  /** From now on frames may be as large as this. */
  limit(connection: ConnectionId, bytes: number): void;
  report(): ServerReport;
};

export type DoormanOptions = {
  readonly server: string;
  readonly software: string;
  readonly configHash: Uint8Array;
  /** Without a file there is one member, and it answers to any index. */
  readonly anyIndex: boolean;
  /** Groups of which it holds no data. */
  readonly witnessOf: ServerReport["witnessOf"];
};

type Held = Pick<MessageOfKind<"welcome">, "storeId" | "run" | "applied" | "durable">;

/** What stands in `welcome` where there is no member: a witness has no store. */
const NO_STORE: Held = { storeId: new Uint8Array(16), run: 0, applied: sequence(0), durable: sequence(0) };

/**
 * Answers hello for all members of a server, and hands on what comes after it. Version and group are settled here, once
 * for each connection.
 */
export class Doorman {
  #options: DoormanOptions;
  readonly #members: readonly Member[];
  readonly #ports: DoormanPorts;
  /** Whom each connection is for; undefined: a tool, at a server without members. */
  readonly #greeted = new Map<ConnectionId, Member | undefined>();

  constructor(options: DoormanOptions, members: readonly Member[], ports: DoormanPorts) {
    this.#options = options;
    this.#members = members;
    this.#ports = ports;
  }

  /** Goes on with other options; who was greeted stays so. */
  renew(options: DoormanOptions): void {
    this.#options = options;
  }

  receive(connection: ConnectionId, message: Message, request: number, epoch: number): void {
    if (message.kind === "hello") return this.#hello(connection, message, request);
    if (!this.#greeted.has(connection)) return this.#ports.close(connection, `${message.kind} before hello`);
    if (epoch !== FIRST_EPOCH)
      return this.#ports.close(connection, `a frame of epoch ${epoch}, the view's is ${FIRST_EPOCH}`);
    if (message.kind === "describe") {
      const json = JSON.stringify(this.#ports.report());
      return this.#ports.send(connection, { kind: "description", json }, request);
    }
    const member = this.#greeted.get(connection);
    if (member !== undefined) return member.receive(connection, message, request);
    this.#ports.close(connection, `${message.kind} from a tool`);
  }

  closed(connection: ConnectionId): void {
    this.#greeted.get(connection)?.closed(connection);
    this.#greeted.delete(connection);
  }

  #hello(connection: ConnectionId, hello: MessageOfKind<"hello">, request: number): void {
    const refuse = (code: number, because: string): void => {
      this.#ports.send(connection, { kind: "refused", code, because }, request);
      this.#ports.close(connection, because);
    };
    if (hello.magic !== MAGIC) return refuse(REFUSAL.magic, "this is not the protocol of pohmelfs");
    if (hello.versionMin > PROTOCOL.max || hello.versionMax < PROTOCOL.min) {
      const theirs = `${hello.versionMin} to ${hello.versionMax}`;
      return refuse(
        REFUSAL.version,
        `protocol version ${theirs} is offered, ${PROTOCOL.min} to ${PROTOCOL.max} is spoken here`,
      );
    }
    if (hello.authentication.length > 0) return refuse(REFUSAL.authentication, "this version knows no authentication");
    const member = this.#member(hello);
    if (member === undefined) {
      if (hello.role === ROLE.tool) return this.#greetTool(connection, hello, request);
      return refuse(REFUSAL.group, this.#whyNoMember(hello.index));
    }
    const stranger = otherLead(hello, member, this.#options.server);
    if (stranger !== undefined) return refuse(REFUSAL.lead, stranger);
    const older = this.#greeted.get(connection);
    if (older !== undefined && older !== member) return refuse(REFUSAL.group, "a connection is for one group");
    if (member.hello(connection, hello) === "fenced") {
      return refuse(REFUSAL.fenced, `session ${hello.client} is not known to ${this.#options.server}, or no longer`);
    }
    this.#greeted.set(connection, member);
    this.#ports.limit(connection, LIMIT.frameBytes);
    this.#welcome(connection, member, hello, request);
  }

  /** A tool that only wants a report need not know an index. */
  #member(hello: MessageOfKind<"hello">): Member | undefined {
    if (this.#options.anyIndex || hello.role === ROLE.tool) return this.#members[0];
    return this.#members.find((member) => member.options.index === hello.index);
  }

  #whyNoMember(index: number): string {
    const { server, witnessOf } = this.#options;
    const watched = witnessOf.find((group) => group.index === index);
    return watched === undefined
      ? `${server} has no group with index ${index}`
      : `${server} is only a witness of ${watched.group}: it holds no data`;
  }

  /** Where nothing is held one can ask for a report all the same. */
  #greetTool(connection: ConnectionId, hello: MessageOfKind<"hello">, request: number): void {
    this.#greeted.set(connection, undefined);
    this.#ports.limit(connection, LIMIT.frameBytes);
    this.#ports.send(connection, this.#welcomeOf(hello, NO_STORE), request);
  }

  #welcome(connection: ConnectionId, member: Member, hello: MessageOfKind<"hello">, request: number): void {
    const { applied, durable } = member.positions(connection);
    const { storeId, run } = member.store;
    const held = { storeId, run, applied: sequence(applied), durable: sequence(durable) };
    this.#ports.send(connection, this.#welcomeOf(hello, held), request);
    member.welcomed(connection);
  }

  #welcomeOf(hello: MessageOfKind<"hello">, held: Held): Message {
    return {
      kind: "welcome",
      version: Math.min(hello.versionMax, PROTOCOL.max),
      capabilities: 0,
      server: this.#options.server,
      software: this.#options.software,
      configHash: this.#options.configHash,
      ...held,
    };
  }
}

/**
 * Two leads of one group would each grant what the other has granted. While hosts have different files, only those who
 * agree on the lead are served.
 *
 * @returns What to do about it, when the sender takes another server for the lead than this member.
 */
function otherLead(hello: MessageOfKind<"hello">, member: Member, server: string): string | undefined {
  const { lead, group } = member.options;
  if (hello.lead === "" || lead === "" || hello.lead === lead) return undefined;
  const theirs = hello.host === "" ? "the client" : hello.host;
  return `${server} takes ${lead} for the lead of ${group}, ${theirs} takes ${hello.lead}: apply the same file on all hosts`;
}
