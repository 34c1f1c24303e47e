import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId } from "../../core/brand.ts";
import type { Lost } from "./requests.ts";
import type { Message } from "../../wire/messages.ts";
import { MemberLink } from "./member-link.ts";
import { welcome } from "./testing/fake-group.ts";
import { FakePorts } from "./testing/fake-ports.ts";

const SESSION = clientId(7);

function linked() {
  const ports = new FakePorts();
  const heard: string[] = [];
  const link: MemberLink = new MemberLink(
    {
      place: 0,
      server: "m0",
      index: 1,
      host: "h",
      lead: "m0",
      configHash: new Uint8Array(0),
      beatMs: 1_000,
      suspectMs: 3_000,
    },
    ports,
    {
      welcomed: (_, client, arrived) => heard.push(`welcomed as ${client}${arrived ? "" : " again"}`),
      refused: (code, because, client) => heard.push(`refused ${client} ${code} ${because}`),
      beaten: () => heard.push("beaten"),
      lost: (because) => heard.push(`lost: ${because}`),
      unasked: ({ kind }) => heard.push(kind),
    },
  );
  const answerHello = (reply: Message = welcome()): void => link.received(reply, ports.take(0, "hello").request);
  const up = (): void => {
    link.start();
    link.opened();
    answerHello();
  };
  return { ports, link, heard, answerHello, up };
}

test("a member is up when it has answered hello", () => {
  const { link, heard, answerHello } = linked();
  link.start();
  link.opened();
  assert.equal(link.up, false);
  answerHello();
  assert.equal(link.up, true);
  assert.deepEqual(heard, ["welcomed as 0"]);
});

test("a connection that cannot be made is tried again, less and less often", () => {
  const { ports, link } = linked();
  link.start();
  link.closed("connection refused");
  assert.equal(link.because, "connection refused");
  for (const ms of [100, 200, 400, 800, 1_000, 1_000]) {
    const before = ports.connecting.length;
    ports.pass(ms - 1);
    assert.equal(ports.connecting.length, before);
    ports.pass(1);
    assert.equal(ports.connecting.length, before + 1);
    link.closed("connection refused");
  }
});

test("a connection that broke is made again soon", () => {
  const { ports, link, heard, up } = linked();
  up();
  link.closed("cut");
  assert.equal(link.up, false);
  assert.deepEqual(heard.slice(1), ["lost: cut"]);
  ports.pass(100);
  assert.equal(ports.connecting.length, 2);
});

test("requests under way are lost with the connection, each told once", () => {
  const { link, up } = linked();
  const answers: (Message | Lost)["kind"][] = [];
  up();
  link.ask({ kind: "statFs" }, ({ kind }) => answers.push(kind));
  link.closed("cut");
  assert.deepEqual(answers, ["lost"]);
  link.ask({ kind: "statFs" }, ({ kind }) => answers.push(kind));
  assert.deepEqual(answers, ["lost", "lost"]);
});

test("a beat goes out each second, and tells how much room there is", () => {
  const { ports, link, heard, up } = linked();
  up();
  ports.pass(1_000);
  const { message, request } = ports.take(0, "beat");
  const positions = { applied: welcome().applied, durable: welcome().durable };
  link.received({ kind: "beaten", n: message.n, bytesFree: 5, filesFree: 6, ...positions }, request);
  assert.deepEqual([link.bytesFree, link.filesFree], [5, 6]);
  assert.deepEqual(heard.slice(1), ["beaten"]);
});

test("a member that is silent is given up", () => {
  const { ports, heard, up } = linked();
  up();
  ports.pass(3_000);
  assert.deepEqual(ports.disconnected, []);
  ports.pass(1_000);
  assert.deepEqual(ports.disconnected, [0]);
  assert.deepEqual(heard.slice(1), ["lost: silent for 3000 ms"]);
});

test("a member that accepts, but never answers hello, is given up, too", () => {
  const { ports, link } = linked();
  link.start();
  link.opened();
  ports.pass(4_000);
  assert.deepEqual(ports.disconnected, [0]);
});

test("who stood still does not take the members for silent", () => {
  const { ports, heard, up, link } = linked();
  up();
  // The timer runs late; what the member said meanwhile is still to be read.
  const { agenda } = ports;
  const late = agenda.now + 20_000;
  ports.now = () => Math.max(agenda.now, late);
  ports.pass(1_000);
  assert.deepEqual(ports.disconnected, []);
  assert.equal(link.up, true);
  assert.deepEqual(heard.slice(1), []);
});

test("an answer proves that the member has seen this client after the question, not after the answer", () => {
  const { ports, link, up } = linked();
  up();
  const asked = ports.now();
  link.ask({ kind: "statFs" }, () => {});
  ports.pass(500);
  link.received({ kind: "done" }, ports.take(0, "statFs").request);
  assert.equal(link.provenMs, asked);
});

test("hello makes a session known once, and must find it known after", () => {
  const { ports, link, answerHello, up } = linked();
  up();
  link.identify(SESSION);
  assert.equal(link.client, 0);
  assert.equal(ports.sent[0]?.message.kind === "hello" && ports.sent[0].message.fresh, 1);
  answerHello();
  assert.equal(link.client, SESSION);
  link.closed("cut");
  link.opened();
  assert.equal(ports.take(0, "hello").message.fresh, 0);
});

test("the answer to a hello of a session that is no more the present one is no welcome", () => {
  const { link, heard, answerHello, up } = linked();
  up();
  link.identify(SESSION);
  link.identify(clientId(8));
  answerHello();
  assert.equal(link.client, 0);
  answerHello();
  assert.equal(link.client, 8);
  assert.deepEqual(heard.slice(1), ["welcomed as 8 again"]);
});

test("a refusal names the session that was refused, and the connection ends", () => {
  const { ports, link, heard, answerHello } = linked();
  link.identify(SESSION);
  link.start();
  link.opened();
  answerHello({ kind: "refused", code: 5, because: "fenced" });
  assert.deepEqual(heard, ["refused 7 5 fenced"]);
  assert.deepEqual(ports.disconnected, [0]);
  assert.equal(link.up, false);
});

test("a session that has ended is left with a word, and the connection begins anew without one", () => {
  const { ports, link, answerHello, up } = linked();
  up();
  link.identify(SESSION);
  answerHello();
  link.leave({ kind: "bye", level: 1 });
  assert.deepEqual(ports.kindsSentTo(0), ["bye"]);
  link.opened();
  assert.equal(ports.take(0, "hello").message.client, 0);
});

test("an answer to what nobody asked ends the connection", () => {
  const { ports, link, up } = linked();
  up();
  link.received({ kind: "done" }, 99);
  assert.deepEqual(ports.disconnected, [0]);
});

test("after stop nothing is tried any more", () => {
  const { ports, link, up } = linked();
  up();
  link.stop({ kind: "bye", level: 1 });
  assert.deepEqual(ports.kindsSentTo(0), ["bye"]);
  ports.pass(10_000);
  assert.equal(ports.connecting.length, 1);
});
