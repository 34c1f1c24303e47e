import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeFrame, FrameDecoder } from "../../daemons/wire/frame.ts";
import { helloWith } from "../../daemons/wire/hello.ts";
import { FIRST_EPOCH, LIMIT, type Message, type MessageOfKind } from "../../daemons/wire/messages.ts";

/** Requests under way at most. */
const WINDOW = 256;
/** Frames are gathered to about so much, as a mount's daemon does that has many changes. */
const BATCH_BYTES = 65_536;

/** One connection of a client that sends much and looks at little. */
export class WireClient {
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #waiting = new Map<number, (answer: Message) => void>();
  #gathered: Buffer[] = [];
  #bytes = 0;
  #request = 0;
  #room: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#decoder.limit(LIMIT.frameBytes);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#received(chunk));
  }

  /** Says hello and opens a session. */
  static async open(port: number): Promise<WireClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const client = new WireClient(socket);
    const welcome = await client.ask(helloWith({ index: 1, host: "bench" }));
    if (welcome.kind !== "welcome") throw new Error(JSON.stringify(welcome));
    await client.must("opened", { kind: "open", host: "bench", at: "/bench" });
    return client;
  }

  /** @returns The answer; the views in it are copies no longer than this turn. */
  ask(message: Message): Promise<Message> {
    return new Promise((resolve) => {
      this.tell(message, resolve);
      this.flush();
    });
  }

  async must<Kind extends Message["kind"]>(kind: Kind, message: Message): Promise<MessageOfKind<Kind>> {
    const answer = await this.ask(message);
    if (answer.kind !== kind) throw new Error(`${message.kind} was answered ${JSON.stringify(answer)}`);
    return answer as MessageOfKind<Kind>;
  }

  /** Sends with others, some time. */
  tell(message: Message, answered: (answer: Message) => void): void {
    this.#request += 1;
    this.#waiting.set(this.#request, answered);
    const frame = encodeFrame(message, this.#request, FIRST_EPOCH);
    this.#gathered.push(frame);
    this.#bytes += frame.length;
    if (this.#bytes >= BATCH_BYTES) this.flush();
  }

  flush(): void {
    if (this.#gathered.length > 0) this.#socket.write(Buffer.concat(this.#gathered));
    this.#gathered = [];
    this.#bytes = 0;
  }

  /** Waits until there is room for another request. */
  async room(): Promise<void> {
    if (this.#waiting.size < WINDOW) return;
    this.flush();
    await new Promise<void>((resolve) => {
      this.#room = resolve;
    });
  }

  /** Waits until all is answered. */
  async drain(): Promise<void> {
    this.flush();
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  end(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const { buffer, start, end } = this.#decoder.space();
      const bytes = chunk.copy(buffer, start, at, Math.min(chunk.length, at + end - start));
      this.#decoder.received(bytes);
      at += bytes;
      this.#decode();
    }
    if (this.#waiting.size < WINDOW / 2) {
      this.#room?.();
      this.#room = undefined;
    }
  }

  #decode(): void {
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      if ("fault" in frame) throw new Error(frame.fault);
      const answered = this.#waiting.get(frame.request);
      this.#waiting.delete(frame.request);
      answered?.(frame.message);
    }
  }
}
