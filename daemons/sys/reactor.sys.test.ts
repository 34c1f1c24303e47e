import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { bootMs } from "./clock.ts";
import { AF_UNIX, POLLIN, POLLOUT, SOCK_NONBLOCK, SOCK_STREAM } from "./constants.ts";
import { libc } from "./libc.ts";
import { Reactor } from "./reactor.ts";
import { startSourceThread } from "./testing/source-thread.ts";
import { wakeThread } from "./wake-thread.ts";

/** Two connected non-blocking stream sockets. */
function pair(): [number, number] {
  const fds = Buffer.alloc(8);
  assert.equal(libc.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

function withReactor(body: (reactor: Reactor) => void): void {
  const reactor = new Reactor();
  try {
    body(reactor);
  } finally {
    reactor.close();
  }
}

const send = (fd: number, text: string): number => libc.write(fd, Buffer.from(text), text.length);
function take(fd: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString("latin1", 0, Math.max(0, libc.read(fd, buffer, buffer.length)));
}

test("timers run in order and not too early, then the reactor stops", () => {
  withReactor((reactor) => {
    const began = bootMs();
    const ran: string[] = [];
    reactor.after(30, () => {
      ran.push(`30 ${bootMs() - began >= 30}`);
      reactor.stop();
    });
    reactor.after(10, () => ran.push(`10 ${bootMs() - began >= 10}`));
    reactor.after(20, () => ran.push("cancelled")).cancel();
    reactor.run();
    assert.deepEqual(ran, ["10 true", "30 true"]);
    assert.ok(bootMs() - began < 1000);
  });
});

test("a watch is told what is ready, changes its interest, and is not told after it is closed", () => {
  withReactor((reactor) => {
    const [a, b] = pair();
    const seen: string[] = [];
    const watch = reactor.watch(a, POLLOUT, (ready) => {
      if ((ready & POLLOUT) !== 0) {
        seen.push("writable");
        watch.interest(POLLIN);
        send(b, "hello");
      } else {
        seen.push(take(a));
        watch.close();
        send(b, "unseen");
        reactor.after(20, () => reactor.stop());
      }
    });
    reactor.run();
    assert.deepEqual(seen, ["writable", "hello"]);
    libc.close(a);
    libc.close(b);
  });
});

test("a handler may close the watch of another that is ready in the same turn", () => {
  withReactor((reactor) => {
    const [a, b] = pair();
    const [c, d] = pair();
    let told = 0;
    const watches = [a, c].map((fd, i, all) =>
      reactor.watch(fd, POLLIN, () => {
        told++;
        watches[all.length - 1 - i]?.close();
        watches[i]?.interest(0);
        reactor.after(20, () => reactor.stop());
      }),
    );
    send(b, "x");
    send(d, "x");
    reactor.run();
    assert.equal(told, 1);
    for (const fd of [a, b, c, d]) libc.close(fd);
  });
});

test("hundreds of watches come and go", () => {
  withReactor((reactor) => {
    const pairs = Array.from({ length: 200 }, pair);
    let told = 0;
    for (const [a, b] of pairs) {
      const watch = reactor.watch(a, POLLIN, () => {
        told++;
        watch.close();
        if (told === 200) reactor.stop();
      });
      send(b, "x");
    }
    reactor.run();
    assert.equal(told, 200);
    for (const fd of pairs.flat()) libc.close(fd);
  });
});

test("what is put off runs at the end of the turn, and what that puts off in the next one", () => {
  withReactor((reactor) => {
    const order: string[] = [];
    reactor.after(0, () => {
      reactor.afterTurn(() => {
        order.push("end");
        const { turn } = reactor;
        reactor.afterTurn(() => {
          order.push(`next ${reactor.turn - turn}`);
          reactor.stop();
        });
      });
      order.push("timer");
    });
    reactor.after(0, () => order.push("timer"));
    reactor.run();
    assert.deepEqual(order, ["timer", "timer", "end", "next 1"]);
  });
});

test("what is put off until there is nothing to do comes before the next sleep, and within milliseconds if there always is", () => {
  withReactor((reactor) => {
    const order: string[] = [];
    reactor.after(0, () => {
      reactor.whenIdle(() => order.push("idle"));
      reactor.afterTurn(() => reactor.afterTurn(() => order.push("busy")));
    });
    reactor.after(30, () => {
      const began = reactor.now();
      let over = false;
      const busy = (): void => {
        if (!over) reactor.afterTurn(busy);
      };
      busy();
      reactor.whenIdle(() => {
        over = true;
        order.push(reactor.now() - began < 1 ? "too soon" : "busy long enough");
        reactor.whenIdle(() => order.push("at the end"));
        reactor.stop();
      });
    });
    reactor.run();
    assert.deepEqual(order, ["busy", "idle", "busy long enough", "at the end"]);
  });
});

async function startEcho() {
  const { port1, port2 } = new MessageChannel();
  const url = new URL("./testing/echo-thread.ts", import.meta.url);
  const worker = startSourceThread(url, { port: port2 }, [port2]);
  const [first] = await once(port1, "message");
  return { port: port1, worker, wakeFd: (first as { wakeFd: number }).wakeFd };
}

test("a reactor on a worker thread is woken from its sleep, answers, and ends cleanly", async () => {
  const { port, worker, wakeFd } = await startEcho();
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const message of ["one", { two: 2 }, new Uint8Array([3])]) {
    const began = performance.now();
    port.postMessage(message);
    wakeThread(wakeFd);
    const [answer] = await once(port, "message");
    assert.deepEqual(answer, { echo: message });
    assert.ok(performance.now() - began < 500, "it slept on");
  }
  port.postMessage("stop");
  wakeThread(wakeFd);
  const [last] = await once(port, "message");
  assert.equal(last, "stopped");
  const [code] = await once(worker, "exit");
  assert.equal(code, 0);
});

test("a worker that sleeps in its reactor can be terminated within a second or two", async () => {
  const { port, worker, wakeFd } = await startEcho();
  // Once it has answered, its calls are bound: terminated within its first call, koffi aborts the whole process.
  port.postMessage("ready?");
  wakeThread(wakeFd);
  await once(port, "message");
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await worker.terminate();
  assert.ok(performance.now() - began < 3000);
});

test("an error thrown by a handler ends the worker and reaches its owner", async () => {
  const { port, worker, wakeFd } = await startEcho();
  port.postMessage("throw");
  wakeThread(wakeFd);
  const [error] = await once(worker, "error");
  assert.equal((error as Error).message, "as asked");
});
