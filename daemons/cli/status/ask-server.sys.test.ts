import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { encodeFrame, FrameDecoder } from "../../wire/frame.ts";
import type { Message } from "../../wire/messages.ts";
import { askServer } from "./ask-server.ts";
import type { Answer } from "../core/status.ts";

const HASH = new Uint8Array(32);
const EPOCH = 5;

const welcome = {
  kind: "welcome",
  version: 1,
  capabilities: 0,
  server: "host-75",
  software: "0.1.0",
  storeId: new Uint8Array(16),
  run: 1,
  applied: 0,
  durable: 0,
  configHash: HASH,
} as unknown as Message;

/** Asks a server that does to each frame what `answer` says. */
async function asked(
  answer: (message: Message, epoch: number, socket: Socket) => void,
  limitMs = 2_000,
): Promise<Answer> {
  const listener = createServer((socket) => {
    const decoder = new FrameDecoder();
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const { buffer, start } = decoder.space();
      decoder.received(chunk.copy(buffer, start));
      for (let frame = decoder.next(); frame !== undefined && "message" in frame; frame = decoder.next()) {
        answer(frame.message, frame.epoch, socket);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  try {
    return await askServer({ name: "host-75", host: "host-75", address: "127.0.0.1", port }, 1, HASH, limitMs);
  } finally {
    listener.close();
  }
}

test("a server that answers is up, and asked in its own epoch", async () => {
  const json = JSON.stringify({ server: "host-75", software: "ü".repeat(40_000), members: [] });
  const answer = await asked((message, epoch, socket) => {
    if (message.kind === "hello") {
      assert.equal(message.role, 1);
      socket.write(encodeFrame(welcome, 1, EPOCH));
    } else {
      assert.equal(message.kind, "describe");
      assert.equal(epoch, EPOCH);
      // In two pieces, as a network may.
      const frame = encodeFrame({ kind: "description", json }, 2, EPOCH);
      socket.write(frame.subarray(0, 30));
      setTimeout(() => socket.write(frame.subarray(30)), 20);
    }
  });
  assert.ok(answer.kind === "up");
  assert.equal(answer.report.server, "host-75");
});

test("a server that refuses, is mute, hangs up or speaks another tongue is unknown, and says why", async () => {
  const refused = await asked((_, __, socket) => {
    socket.write(encodeFrame({ kind: "refused", code: 4, because: "your address is not named" }, 1, EPOCH));
  });
  assert.deepEqual(refused, { kind: "unknown", because: "it refuses to tell: your address is not named" });
  assert.deepEqual(await asked(() => {}, 100), { kind: "unknown", because: "no answer within 0.1 s" });
  assert.equal((await asked((_, __, socket) => socket.end())).kind, "unknown");
  const other = await asked((_, __, socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  assert.ok(other.kind === "unknown");
  assert.match(other.because, /does not speak our protocol/);
});

test("where nothing listens the server is down", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  await once(listener.close(), "close");
  const server = { name: "host-75", host: "host-75", address: "127.0.0.1", port };
  assert.deepEqual(await askServer(server, 1, HASH, 1_000), { kind: "down", because: "nothing listens there" });
});
