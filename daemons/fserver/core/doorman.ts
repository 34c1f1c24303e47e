import { sequence } from "../../core/brand.ts";
import type { ServerReport } from "../../core/report.ts";
import { FIRST_EPOCH, LIMIT, MAGIC, PROTOCOL, REFUSAL, type Message, type MessageOfKind } from "../../wire/messages.ts";
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
};

/**
 * Answers hello for all members of a server, and hands on what comes after it. Version and group are settled here, once
 * for each connection.
 */
export class Doorman {
  readonly #options: DoormanOptions;
  readonly #members: readonly Member[];
  readonly #ports: DoormanPorts;
  readonly #greeted = new Map<ConnectionId, Member>();

  constructor(options: DoormanOptions, members: readonly Member[], ports: DoormanPorts) {
    this.#options = options;
    this.#members = members;
    this.#ports = ports;
  }

  receive(connection: ConnectionId, message: Message, request: number, epoch: number): void {
    if (message.kind === "hello") return this.#hello(connection, message, request);
    const member = this.#greeted.get(connection);
    if (member === undefined) return this.#ports.close(connection, `${message.kind} before hello`);
    if (epoch !== FIRST_EPOCH)
      return this.#ports.close(connection, `a frame of epoch ${epoch}, the view's is ${FIRST_EPOCH}`);
    if (message.kind === "describe") {
      const json = JSON.stringify(this.#ports.report());
      return this.#ports.send(connection, { kind: "description", json }, request);
    }
    member.receive(connection, message, request);
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
    if (member === undefined)
      return refuse(REFUSAL.group, `${this.#options.server} has no group with index ${hello.index}`);
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
    if (this.#options.anyIndex || hello.role === 1) return this.#members[0];
    return this.#members.find((member) => member.options.index === hello.index);
  }

  #welcome(connection: ConnectionId, member: Member, hello: MessageOfKind<"hello">, request: number): void {
    const { applied, durable } = member.positions(connection);
    const welcome: Message = {
      kind: "welcome",
      version: Math.min(hello.versionMax, PROTOCOL.max),
      capabilities: 0,
      server: this.#options.server,
      software: this.#options.software,
      storeId: member.store.storeId,
      run: member.store.run,
      applied: sequence(applied),
      durable: sequence(durable),
      configHash: this.#options.configHash,
    };
    this.#ports.send(connection, welcome, request);
    member.welcomed(connection);
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
