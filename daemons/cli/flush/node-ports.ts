import { connect, type Socket } from "node:net";
import type { Header } from "../../fuse/core/request.ts";
import type { Reply } from "../../fuse/core/reply.ts";
import type { Client, ClientOptions } from "../../client/core/client.ts";
import type { ClientPorts, TimerHandle } from "../../client/core/ports.ts";
import { encodeFrameParts, FrameDecoder } from "../../wire/frame.ts";
import { FIRST_EPOCH, LIMIT, type Message } from "../../wire/messages.ts";

/**
 * The world of a client that lives for one command: sockets and timers of Node, no kernel. What it is asked it is asked by
 * {@link GroupClient}, which hears the replies.
 */
export class NodePorts implements ClientPorts {
  readonly canExpireNames = true;
  readonly #options: ClientOptions;
  readonly #replied: (unique: number, reply: Reply) => void;
  readonly #sockets = new Map<number, Socket>();
  #client: Client | undefined;

  constructor(options: ClientOptions, replied: (unique: number, reply: Reply) => void) {
    this.#options = options;
    this.#replied = replied;
  }

  /** The client, which cannot be made before its ports. */
  serve(client: Client): void {
    this.#client = client;
  }

  now(): number {
    return performance.now();
  }

  realtime(): ReturnType<ClientPorts["realtime"]> {
    const ms = performance.timeOrigin + performance.now();
    const sec = Math.floor(ms / 1_000);
    return { sec, nsec: Math.floor((ms - sec * 1_000) * 1e6) };
  }

  after(ms: number, run: () => void): TimerHandle {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  }

  connect(place: number): void {
    const member = this.#options.members[place];
    if (member === undefined) return;
    const decoder = new FrameDecoder();
    decoder.limit(LIMIT.frameBytes);
    const socket = connect({ host: member.address, port: member.port, noDelay: true });
    let because = "it closed the connection";
    this.#sockets.set(place, socket);
    socket.on("connect", () => this.#client?.link(place).opened());
    socket.on("error", (error) => {
      because = error.message;
    });
    socket.on("data", (chunk) => this.#received(place, socket, { decoder, chunk }));
    socket.on("close", () => {
      if (this.#sockets.get(place) !== socket) return;
      this.#sockets.delete(place);
      this.#client?.link(place).closed(because);
    });
  }

  #received(
    place: number,
    socket: Socket,
    { decoder, chunk }: { readonly decoder: FrameDecoder; readonly chunk: Buffer },
  ): void {
    const link = this.#client?.link(place);
    for (let from = 0; link !== undefined && from < chunk.length; ) {
      const { buffer, start, end } = decoder.space();
      const taken = chunk.copy(buffer, start, from, from + (end - start));
      decoder.received(taken);
      from += taken;
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        if ("fault" in frame) return link.drop(`sent what is no frame: ${frame.fault}`);
        link.received(frame.message, frame.request);
        if (this.#sockets.get(place) !== socket) return;
      }
    }
  }

  send(place: number, message: Message, request: number): void {
    const { head, tail } = encodeFrameParts(message, request, FIRST_EPOCH);
    const socket = this.#sockets.get(place);
    // They may lie in memory that is used again; Node may send them later.
    socket?.write(Buffer.from(head));
    if (tail.length > 0) socket?.write(Buffer.from(tail));
  }

  disconnect(place: number): void {
    const socket = this.#sockets.get(place);
    this.#sockets.delete(place);
    socket?.end();
  }

  reply(header: Header, reply: Reply): void {
    this.#replied(header.unique, reply);
  }

  replyDirectory(header: Header): void {
    this.#replied(header.unique, { kind: "empty" });
  }

  invalidate(...[, done]: Parameters<ClientPorts["invalidate"]>): void {
    done();
  }

  keep(): undefined {
    return undefined;
  }

  groups(): readonly number[] {
    return [];
  }

  isKilled(): boolean {
    return false;
  }

  event(): void {}
}
