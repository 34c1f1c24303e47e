/**
 * The thread of `record-fixtures`: serves a memory tree by a blocking loop and posts the bytes of each request.
 *
 * Two of its answers make the kernel say more: the wait for a read lock lasts until it is interrupted, and
 * COPY_FILE_RANGE_64 is not known, so that COPY_FILE_RANGE follows.
 */
import { parentPort, workerData } from "node:worker_threads";
import { POLLIN } from "../../sys/constants.ts";
import { libc } from "../../sys/libc.ts";
import { decodeRequest } from "../core/decode-request.ts";
import { encodeHeader, encodeReply } from "../core/encode-reply.ts";
import { type Negotiated, negotiate, WANTED } from "../core/negotiate.ts";
import { packDirectory } from "../core/pack-directory.ts";
import type { Reply } from "../core/reply.ts";
import type { Header, KernelRequest } from "../core/request.ts";
import { systemMemory } from "../request-buffers.ts";
import { type Answering, MemoryTree, noTime } from "./memory-tree.ts";

const { fd } = workerData as { readonly fd: number };
const input = systemMemory((1 << 20) + 8192);
const output = systemMemory((1 << 20) + 8192);
const pollfd = Buffer.alloc(8);
pollfd.writeInt32LE(fd, 0);
pollfd.writeInt16LE(POLLIN, 4);

const reply = (header: Header, answer: Reply): void => {
  libc.write(fd, output.address, encodeReply(output, header, answer));
};
const transport: Answering = {
  reply,
  replyDirectory(header, size, plus, entries) {
    const { bytes, taken } = packDirectory(output, 16, size, entries, plus);
    encodeHeader(output.view, header, 16 + bytes, 0);
    libc.write(fd, output.address, 16 + bytes);
    return taken;
  },
  keep: () => undefined,
};

const tree = new MemoryTree({ validity: { entrySeconds: 0, attributeSeconds: 0 }, now: noTime });
tree.transport = transport;
const waiting = new Map<number, Header>();

function answer(request: KernelRequest): void {
  if (request.op === "setlk" && request.wait && request.lock.type === 0)
    waiting.set(request.header.unique, request.header);
  else if (request.op === "interrupt") {
    const waiter = waiting.get(request.target);
    if (waiter !== undefined) reply(waiter, { kind: "error", errno: "EINTR" });
  } else tree.handle(request);
}

let session: Negotiated | undefined;
for (;;) {
  libc.poll(pollfd, 1, 1000);
  const length = libc.read(fd, input.address, input.bytes.length);
  // EAGAIN, EINTR, ENOENT: once more. Anything else: unmounted.
  if (length < 0 && ![-11, -4, -2].includes(length)) break;
  if (length < 0) continue;
  parentPort?.postMessage(input.bytes.toString("hex", 0, length));
  if (session === undefined) {
    const negotiation = negotiate(input, length, output, WANTED);
    if (negotiation.kind !== "agreed") break;
    session = negotiation.session;
    libc.write(fd, output.address, negotiation.bytes);
  } else answer(decodeRequest(input, length, session));
}
libc.close(fd);
