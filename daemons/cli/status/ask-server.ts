import { connect, type Socket } from "node:net";
import { hostname } from "node:os";
import type { Server } from "../../../config-schema/model.ts";
import type { ServerReport } from "../../core/report.ts";
import { encodeFrame, type Frame, FrameDecoder } from "../../wire/frame.ts";
import { helloWith } from "../../wire/hello.ts";
import { LIMIT, type Message, ROLE } from "../../wire/messages.ts";
import type { Answer } from "../core/status.ts";

const HELLO = 1;
const DESCRIBE = 2;

const hello = (index: number, configHash: Uint8Array): Message =>
  helloWith({ index, host: hostname(), configHash, role: ROLE.tool });

/** What one frame of the server means for the question; undefined: more is to come. */
function handle({ message, epoch }: Frame, socket: Socket, decoder: FrameDecoder): Answer | undefined {
  switch (message.kind) {
    case "welcome":
      decoder.limit(LIMIT.frameBytes);
      socket.write(encodeFrame({ kind: "describe" }, DESCRIBE, epoch));
      return undefined;
    case "description":
      return { kind: "up", report: JSON.parse(message.json) as ServerReport };
    case "refused":
      return { kind: "unknown", because: `it refuses to tell: ${message.because}` };
    case "failed":
      return { kind: "unknown", because: `it cannot tell: ${message.because}` };
    default:
      return { kind: "unknown", because: `it answered '${message.kind}'` };
  }
}

/** Takes one chunk through the decoder. */
function take(chunk: Buffer, decoder: FrameDecoder, socket: Socket): Answer | undefined {
  for (let from = 0; from < chunk.length; ) {
    const { buffer, start, end } = decoder.space();
    const taken = chunk.copy(buffer, start, from, from + (end - start));
    decoder.received(taken);
    from += taken;
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if ("fault" in frame) return { kind: "unknown", because: `it does not speak our protocol: ${frame.fault}` };
      const answer = handle(frame, socket, decoder);
      if (answer !== undefined) return answer;
    }
  }
  return undefined;
}

/** connect(2)'s errors in words, by what they say of the server: a refusal comes from its machine, so it is down there. */
function fromError(error: NodeJS.ErrnoException): Answer {
  if (error.code === "ECONNREFUSED") return { kind: "down", because: "nothing listens there" };
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH")
    return { kind: "unknown", because: "no route to it" };
  return { kind: "unknown", because: error.message };
}

/**
 * Asks a server how it is.
 *
 * @param index Of any group that it is in.
 * @param configHash SHA-256 of the configuration, so that the server can tell a difference.
 * @param limitMs When the answer has not come by then it is `unknown`, not `down`: the fault may be ours.
 * @returns Never rejects.
 */
export function askServer(server: Server, index: number, configHash: Uint8Array, limitMs: number): Promise<Answer> {
  return new Promise((settle) => {
    const decoder = new FrameDecoder();
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(answer);
    };
    const timer = setTimeout(() => end({ kind: "unknown", because: `no answer within ${limitMs / 1_000} s` }), limitMs);
    socket.on("connect", () => socket.write(encodeFrame(hello(index, configHash), HELLO, 0)));
    socket.on("data", (chunk) => {
      const answer = take(chunk, decoder, socket);
      if (answer !== undefined) end(answer);
    });
    socket.on("error", (error) => end(fromError(error)));
    socket.on("close", () => end({ kind: "unknown", because: "it closed the connection" }));
  });
}
