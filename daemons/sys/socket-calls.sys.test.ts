import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ERRNO } from "../core/errno.ts";
import * as c from "./constants.ts";
import { addressOf, IoVector, NULL, viewOf, write64 } from "./memory.ts";
import { decodeSocketAddress, encodeSocketAddress } from "./socket-address.ts";
import { SOCKET_ROWS } from "./socket-calls.ts";
import { coveredLibc } from "./testing/covered.ts";

const { calls: libc, missing } = coveredLibc();
after(() => assert.deepEqual(missing(Object.keys(SOCKET_ROWS)), [], "calls without a test"));

const E = (name: keyof typeof ERRNO): number => -ERRNO[name].number;
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

test("a listener takes a connection, and both ends tell each other's address", () => {
  const where = encodeSocketAddress({ address: "127.0.0.1", port: 0 });
  assert.ok(where);
  const listener = libc.socket(c.AF_INET, c.SOCK_STREAM | c.SOCK_CLOEXEC, 0);
  assert.equal(libc.setsockopt(listener, c.SOL_SOCKET, c.SO_REUSEADDR, int(1), 4), 0);
  assert.equal(libc.bind(listener, where, where.length), 0);
  assert.equal(libc.listen(listener, 5), 0);
  const name = Buffer.alloc(28);
  const size = int(28);
  assert.equal(libc.getsockname(listener, name, size), 0);
  const client = libc.socket(c.AF_INET, c.SOCK_STREAM, 0);
  assert.equal(libc.connect(client, name, size.readInt32LE()), 0);
  const peer = Buffer.alloc(28);
  const server = libc.accept4(listener, peer, int(28), c.SOCK_NONBLOCK | c.SOCK_CLOEXEC);
  assert.ok(server > 2);
  const clientName = Buffer.alloc(28);
  libc.getsockname(client, clientName, int(28));
  assert.deepEqual(decodeSocketAddress(peer), decodeSocketAddress(clientName));
  assert.equal(libc.getpeername(client, peer, int(28)), 0);
  assert.deepEqual(decodeSocketAddress(peer), decodeSocketAddress(name));
  const error = int(9);
  assert.equal(libc.getsockopt(client, c.SOL_SOCKET, c.SO_ERROR, error, int(4)), 0);
  assert.equal(error.readInt32LE(), 0);
  for (const fd of [listener, client, server]) libc.close(fd);
});

function pair(type = c.SOCK_STREAM): [number, number] {
  const fds = Buffer.alloc(8);
  assert.equal(libc.socketpair(c.AF_UNIX, type | c.SOCK_NONBLOCK, 0, fds), 0);
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

test("bytes are sent and received, also from several pieces, until one side shuts down", () => {
  const [a, b] = pair();
  const back = Buffer.alloc(16);
  assert.equal(libc.recv(b, back, 16, 0), E("EAGAIN"));
  assert.equal(libc.send(a, Buffer.from("one"), 3, c.MSG_NOSIGNAL), 3);
  assert.equal(libc.recv(b, addressOf(back), 16, 0), 3);
  const parts = [Buffer.from("two"), Buffer.from("three")];
  const vector = new IoVector(2);
  for (const [i, part] of parts.entries()) vector.set(i, addressOf(part), part.length);
  const message = Buffer.alloc(56);
  write64(viewOf(message), 16, vector.address);
  write64(viewOf(message), 24, 2);
  assert.equal(libc.sendmsg(a, message, c.MSG_NOSIGNAL), 8);
  vector.set(0, addressOf(back), 16);
  write64(viewOf(message), 24, 1);
  assert.equal(libc.recvmsg(b, message, 0), 8);
  assert.equal(back.toString("latin1", 0, 8), "twothree");
  assert.equal(libc.shutdown(a, c.SHUT_WR), 0);
  assert.equal(libc.recv(b, back, 16, 0), 0);
  libc.close(b);
  assert.equal(libc.send(a, back, 1, c.MSG_NOSIGNAL), E("EPIPE"));
  libc.close(a);
});

test("a datagram goes to an address given with it", () => {
  const fd = libc.socket(c.AF_UNIX, c.SOCK_DGRAM, 0);
  const nowhere = Buffer.from("\u0001\0\0pohmelfs-no-one-listens-here", "latin1");
  assert.equal(libc.sendto(fd, Buffer.from("x"), 1, c.MSG_NOSIGNAL, nowhere, nowhere.length), E("ECONNREFUSED"));
  libc.close(fd);
});

test("poll tells which of several descriptors are ready, from an array in memory", () => {
  const [a, b] = pair();
  const count = libc.eventfd(3, c.EFD_NONBLOCK | c.EFD_CLOEXEC);
  const set = Buffer.alloc(24);
  for (const [i, fd] of [a, -1, count].entries()) {
    set.writeInt32LE(fd, 8 * i);
    set.writeInt16LE(c.POLLIN, 8 * i + 4);
  }
  const ready = (): number[] => [6, 14, 22].map((at) => set.readInt16LE(at));
  assert.equal(libc.poll(addressOf(set), 3, 0), 1);
  assert.deepEqual(ready(), [0, 0, c.POLLIN]);
  const value = Buffer.alloc(8);
  assert.equal(libc.read(count, value, 8), 8);
  assert.equal(value.readUInt8(0), 3);
  libc.close(b);
  assert.equal(libc.poll(set, 3, 1000), 1);
  assert.deepEqual(ready(), [c.POLLIN | c.POLLHUP, 0, 0]);
  libc.close(a);
  libc.close(count);
  assert.equal(libc.poll(set, 3, 0), 2);
  assert.deepEqual(ready(), [c.POLLNVAL, 0, c.POLLNVAL]);
  assert.equal(libc.poll(NULL, 0, 1), 0);
});
