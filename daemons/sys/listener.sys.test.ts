import assert from "node:assert/strict";
import { test } from "node:test";
import { libc } from "./libc.ts";
import { listen } from "./listener.ts";
import { Reactor } from "./reactor.ts";
import { encodeSocketAddress } from "./socket-address.ts";
import { AF_INET, SOCK_STREAM } from "./constants.ts";

function connectTo(address: string, port: number): number {
  const where = encodeSocketAddress({ address, port });
  assert.ok(where);
  const fd = libc.socket(where.readUInt16LE(0), SOCK_STREAM, 0);
  assert.equal(libc.connect(fd, where, where.length), 0);
  return fd;
}

test("a listener at :: takes IPv4 as well and shows such peers as IPv4", () => {
  const reactor = new Reactor();
  const peers: string[] = [];
  const listening = listen(reactor, "::", 0, (fd, address) => {
    peers.push(address);
    libc.close(fd);
    if (peers.length === 2) reactor.stop();
  });
  assert.ok(listening.ok);
  const fds = [connectTo("127.0.0.1", listening.value.port), connectTo("::1", listening.value.port)];
  reactor.after(2000, () => reactor.stop());
  reactor.run();
  assert.deepEqual(peers.toSorted(), ["127.0.0.1", "::1"]);
  for (const fd of fds) libc.close(fd);
  listening.value.close();
  reactor.close();
});

test("an address in use, one of another host and no address at all are told in words", () => {
  const reactor = new Reactor();
  const first = listen(reactor, "127.0.0.1", 0, () => undefined);
  assert.ok(first.ok);
  const { port } = first.value;
  const because = (address: string, at: number): string => {
    const result = listen(reactor, address, at, () => undefined);
    return result.ok ? "ok" : `${result.errno} ${result.because}`;
  };
  assert.equal(because("127.0.0.1", port), `EADDRINUSE 127.0.0.1:${port} is already in use by another program`);
  assert.equal(because("192.0.2.1", port), `EADDRNOTAVAIL 192.0.2.1:${port} is not an address of this host`);
  assert.equal(because("2001:db8::1", port), `EADDRNOTAVAIL [2001:db8::1]:${port} is not an address of this host`);
  assert.equal(because("host-75", port), "EINVAL host-75 is not an IP address");
  first.value.close();
  assert.equal(because("127.0.0.1", port), "ok");
  reactor.close();
});

test("a listener that was closed takes nobody any more, also not within the same turn", () => {
  const reactor = new Reactor();
  let taken = 0;
  const listening = listen(reactor, "127.0.0.1", 0, (fd) => {
    taken++;
    libc.close(fd);
    if (listening.ok) listening.value.close();
    reactor.after(20, () => reactor.stop());
  });
  assert.ok(listening.ok);
  const fds = [1, 2, 3].map(() => connectTo("127.0.0.1", listening.value.port));
  reactor.run();
  assert.equal(taken, 1);
  const where = encodeSocketAddress({ address: "127.0.0.1", port: listening.value.port });
  const fd = libc.socket(AF_INET, SOCK_STREAM, 0);
  assert.ok(where !== undefined && libc.connect(fd, where, where.length) < 0);
  for (const each of [fd, ...fds]) libc.close(each);
  reactor.close();
});
