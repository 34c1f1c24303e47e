import assert from "node:assert/strict";
import { test } from "node:test";
import { bootMs } from "./clock.ts";
import { Connection, type ConnectionEvents } from "./connection.ts";
import { SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from "./constants.ts";
import { libc } from "./libc.ts";
import { type Listener, listen } from "./listener.ts";
import { Reactor } from "./reactor.ts";
import { encodeSocketAddress, localAddress } from "./socket-address.ts";

/** One end, and what it was told. */
type End = {
  connection: Connection;
  readonly told: string[];
  readonly received: Buffer[];
  onReceived: () => void;
  onClosed: () => void;
};

function makeEnd(make: (events: ConnectionEvents) => Connection): End {
  const buffer = Buffer.alloc(65_536);
  const told: string[] = [];
  const received: Buffer[] = [];
  const end: Omit<End, "connection"> = { told, received, onReceived: () => undefined, onClosed: () => undefined };
  const connection = make({
    opened: () => told.push("opened"),
    drained: () => told.push("drained"),
    closed: (because) => {
      told.push(`closed: ${because}`);
      end.onClosed();
    },
    receive: {
      space: () => ({ buffer, start: 0, end: buffer.length }),
      received: (bytes) => {
        received.push(Buffer.from(buffer.subarray(0, bytes)));
        end.onReceived();
      },
    },
  });
  return Object.assign(end, { connection });
}

type Scene = { readonly reactor: Reactor; readonly listener: Listener; readonly port: number };

/** A reactor that listens; ends after 5 s whatever happens. @param accepted What to do with each server end. */
function scene(accepted: (end: End, scene: Scene) => void, body: (scene: Scene) => void, address = "127.0.0.1"): void {
  const reactor = new Reactor();
  const listening = listen(reactor, address, 0, (fd) => {
    accepted(
      makeEnd((events) => Connection.adopt(reactor, fd, events)),
      all,
    );
  });
  assert.ok(listening.ok);
  const all: Scene = { reactor, listener: listening.value, port: listening.value.port };
  let late = false;
  reactor.after(5000, () => {
    late = true;
    reactor.stop();
  });
  body(all);
  reactor.run();
  listening.value.close();
  reactor.close();
  assert.equal(late, false, "it took more than 5 s");
}

const connect = ({ reactor, port }: Scene, address = "127.0.0.1", ms?: number): End =>
  makeEnd((events) => Connection.connect(reactor, address, port, events, ms));
const all = (end: End): Buffer => Buffer.concat(end.received);

for (const address of ["127.0.0.1", "::1"]) {
  test(`bytes go both ways over ${address}, and each end is told of its opening and closing`, () => {
    let server: End | undefined;
    let client: End | undefined;
    scene(
      (end) => {
        server = end;
        end.onReceived = () => end.connection.send(Buffer.from("<"), all(end));
      },
      (it) => {
        const end = connect(it, address);
        client = end;
        end.connection.send(Buffer.from("before it is open"));
        end.onReceived = () => {
          if (all(end).length < 18) return;
          end.connection.close();
          end.onClosed = () => it.reactor.after(10, () => it.reactor.stop());
        };
      },
      address,
    );
    assert.equal(client && all(client).toString(), "<before it is open");
    assert.deepEqual(client?.told, ["opened", "closed: closed here"]);
    assert.deepEqual(server?.told, ["opened", "closed: closed by the other side"]);
  });
}

test("a megabyte in frames of all sizes arrives in order while the sender reuses its buffers", () => {
  const sizes = [1, 3000, 10, 16_384, 70_000, 5, 200_000, 100_000, 600_000, 10_000];
  const total = sizes.reduce((sum, size) => sum + size + 2, 0);
  let client: End | undefined;
  let server: End | undefined;
  scene(
    (end) => {
      server = end;
      const head = Buffer.alloc(2);
      const tail = Buffer.alloc(600_000);
      for (const [i, size] of sizes.entries()) {
        head.fill(i);
        tail.fill(i);
        end.connection.send(head, tail.subarray(0, size));
      }
    },
    (it) => {
      const end = connect(it);
      client = end;
      end.onReceived = () => {
        if (end.received.reduce((sum, part) => sum + part.length, 0) === total) it.reactor.stop();
      };
    },
  );
  assert.equal(server?.connection.bytesQueued, 0);
  const expected = Buffer.concat(sizes.map((size, i) => Buffer.alloc(size + 2, i)));
  assert.ok(client !== undefined && all(client).equals(expected));
});

test("the frames that one turn sends come in few pieces", () => {
  let client: End | undefined;
  scene(
    (end) => {
      for (let i = 0; i < 1000; i++) end.connection.send(Buffer.alloc(20, i));
    },
    (it) => {
      const end = connect(it);
      client = end;
      end.onReceived = () => {
        if (all(end).length === 20_000) it.reactor.stop();
      };
    },
  );
  assert.ok(client !== undefined && client.received.length <= 5, `${client?.received.length} pieces`);
});

test("what nobody waits for gathers over turns, goes with what somebody does, and never later than idleness", () => {
  let client: End | undefined;
  scene(
    ({ connection }, { reactor }) => {
      let turns = 0;
      // Always something to do, but for less than a millisecond.
      const busy = (): void => {
        connection.sendLater(Buffer.from("a"));
        turns += 1;
        if (turns < 10) reactor.afterTurn(busy);
        else if (turns === 10) connection.send(Buffer.from("b"));
      };
      busy();
      reactor.after(50, () => connection.sendLater(Buffer.from("c")));
      reactor.after(100, () => connection.sendLater(Buffer.alloc(65_536, "d")));
      reactor.after(150, () => {
        connection.sendLater(Buffer.from("e"));
        connection.flush();
      });
    },
    (it) => {
      const end = connect(it);
      client = end;
      end.onReceived = () => {
        if (all(end).includes("e")) it.reactor.stop();
      };
    },
  );
  assert.ok(client !== undefined);
  assert.equal(all(client).toString().replace(/d+/, "d"), "aaaaaaaaaabcde");
  assert.ok(client.received.length <= 7, `${client.received.length} pieces`);
});

test("a sender to a paused peer becomes full, and is told once it is drained", () => {
  const chunk = Buffer.alloc(100_000, 7);
  let sent = 0;
  let server: End | undefined;
  let client: End | undefined;
  scene(
    (end, { reactor }) => {
      server = end;
      const { connection } = end;
      while (!connection.full) {
        connection.send(chunk);
        sent += chunk.length;
      }
      assert.ok(connection.bytesQueued > 4 * 1024 * 1024);
      reactor.after(50, () => {
        assert.equal(connection.full, true);
        client?.connection.resume();
      });
    },
    (it) => {
      const end = connect(it);
      client = end;
      end.connection.pause();
      let got = 0;
      end.onReceived = () => {
        got += end.received.pop()?.length ?? 0;
        if (got === sent) it.reactor.after(0, () => it.reactor.stop());
      };
    },
  );
  assert.deepEqual(server?.told, ["opened", "drained"]);
});

test("what was sent before close arrives, also when unread bytes wait and the queue is long", () => {
  const much = Buffer.alloc(30_000_000, 9);
  let client: End | undefined;
  scene(
    (end) => {
      end.onReceived = () => {
        end.connection.send(much);
        assert.ok(end.connection.bytesQueued > 1_000_000);
        end.connection.close("refused");
      };
    },
    (it) => {
      const end = connect(it);
      client = end;
      // More than the server reads before it refuses.
      end.connection.send(Buffer.alloc(500_000));
      end.onClosed = () => it.reactor.stop();
    },
  );
  assert.equal(client && all(client).length, much.length);
});

test("nothing is received after close, and closed is told once", () => {
  let server: End | undefined;
  scene(
    (end, { reactor }) => {
      server = end;
      end.onReceived = () => {
        end.connection.close("enough");
        end.connection.close("again");
        end.connection.send(Buffer.from("unsent"));
        reactor.after(50, () => reactor.stop());
      };
    },
    (it) => {
      const end = connect(it);
      end.connection.send(Buffer.alloc(300_000));
    },
  );
  assert.equal(server?.received.length, 1);
  assert.deepEqual(server?.told, ["opened", "closed: enough"]);
});

test("a peer that closes while much is unsent is told as closed, without a signal", () => {
  let server: End | undefined;
  scene(
    (end, { reactor }) => {
      server = end;
      const { connection } = end;
      const more = (): void => {
        connection.send(Buffer.alloc(1_000_000));
        reactor.after(5, more);
      };
      more();
      end.onClosed = () => reactor.stop();
    },
    (it) => {
      const end = connect(it);
      end.onReceived = () => end.connection.close();
    },
  );
  assert.match(server?.told.at(-1) ?? "", /^closed: (connection reset by peer|broken pipe|closed by the other side)$/);
});

/** @returns What a connection to nowhere is told. */
function failToConnect(address: string, port: number, connectMs?: number): readonly string[] {
  const reactor = new Reactor();
  const end = makeEnd((events) => Connection.connect(reactor, address, port, events, connectMs));
  assert.deepEqual(end.told, [], "nothing is told before connect() has returned");
  end.onClosed = () => reactor.stop();
  reactor.after(5000, () => reactor.stop());
  reactor.run();
  reactor.close();
  return end.told;
}

test("a port at which nobody listens refuses", () => {
  const reactor = new Reactor();
  const listening = listen(reactor, "127.0.0.1", 0, () => undefined);
  assert.ok(listening.ok);
  listening.value.close();
  reactor.close();
  assert.deepEqual(failToConnect("127.0.0.1", listening.value.port), ["closed: connection refused"]);
});

test("a name instead of an address is told", () => {
  assert.deepEqual(failToConnect("localhost", 1025), ["closed: localhost is not an IP address"]);
});

test("an address that cannot be reached is told", () => {
  // RFC 5737: TEST-NET-1 with a multicast-like network class that no route takes.
  const told = failToConnect("255.255.255.255", 9);
  assert.match(told[0] ?? "", /^closed: (network is unreachable|permission denied|no route to host)$/);
});

test("a peer that does not answer is given up after the time for it", () => {
  // A listener whose queue is full drops what else comes: the kernel's way of not answering.
  const fd = libc.socket(2, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const where = encodeSocketAddress({ address: "127.0.0.1", port: 0 });
  assert.ok(where);
  assert.equal(libc.bind(fd, where, where.length), 0);
  assert.equal(libc.listen(fd, 0), 0);
  const port = localAddress(fd)?.port ?? 0;
  const fillers = [1, 2, 3].map(() => {
    const filler = libc.socket(2, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const target = encodeSocketAddress({ address: "127.0.0.1", port });
    if (target !== undefined) libc.connect(filler, target, target.length);
    return filler;
  });
  const began = bootMs();
  assert.deepEqual(failToConnect("127.0.0.1", port, 200), ["closed: no answer within 0.2 s"]);
  assert.ok(bootMs() - began < 1000);
  for (const each of [fd, ...fillers]) libc.close(each);
});
