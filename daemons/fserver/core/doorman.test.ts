import assert from "node:assert/strict";
import { test } from "node:test";
import { clientId } from "../../core/brand.ts";
import type { ServerReport } from "../../core/report.ts";
import { FIRST_EPOCH, LIMIT, type Message, type MessageOfKind, REFUSAL } from "../../wire/messages.ts";
import { hello, memberScript } from "../testing/member-script.ts";
import { Doorman } from "./doorman.ts";

function door(anyIndex = false, lead = "s", holds = true) {
  const scripts = holds ? [memberScript({ index: 1, lead }), memberScript({ index: 2, isLead: false })] : [];
  const sent: Message[] = [];
  const closed: string[] = [];
  const limits: number[] = [];
  const doorman = new Doorman(
    { server: "s", software: "1.0", configHash: new Uint8Array([1]), anyIndex, witnessOf: [{ index: 3, group: "w" }] },
    scripts.map(({ member }) => member),
    {
      send: (_, message) => sent.push(message),
      close: (_, because) => closed.push(because),
      limit: (_, bytes) => limits.push(bytes),
      report: () => ({ server: "s", members: [] }) as unknown as ServerReport,
    },
  );
  const receive = (message: Message, epoch = FIRST_EPOCH): void => doorman.receive(1, message, 5, epoch);
  return { doorman, receive, sent, closed, limits, scripts };
}

const refusal = (messages: readonly Message[]): number | undefined =>
  messages.find((message): message is MessageOfKind<"refused"> => message.kind === "refused")?.code;

test("hello is answered with what is spoken, and larger frames are taken from then on", () => {
  const { receive, sent, limits } = door();
  receive(hello({ versionMin: 1, versionMax: 9 }));
  const [welcome] = sent;
  assert.ok(welcome?.kind === "welcome");
  assert.deepEqual([welcome.version, welcome.server, welcome.run, welcome.applied], [1, "s", 0, 0]);
  assert.deepEqual(limits, [LIMIT.frameBytes]);
});

test("nothing is taken before hello", () => {
  const { receive, sent, closed } = door();
  receive({ kind: "statFs" });
  assert.deepEqual(sent, []);
  assert.deepEqual(closed, ["statFs before hello"]);
});

test("who speaks another protocol, another version, or to another group is refused with the reason", () => {
  for (const [strange, code] of [
    [{ magic: 1 }, REFUSAL.magic],
    [{ versionMin: 9, versionMax: 9 }, REFUSAL.version],
    [{ versionMin: 0, versionMax: 0 }, REFUSAL.version],
    [{ index: 7 }, REFUSAL.group],
    [{ authentication: new Uint8Array(3) }, REFUSAL.authentication],
    [{ client: clientId(9) }, REFUSAL.fenced],
    [{ lead: "other" }, REFUSAL.lead],
  ] as const) {
    const { receive, sent, closed, limits } = door();
    receive(hello(strange));
    assert.equal(refusal(sent), code);
    assert.equal(closed.length, 1);
    assert.deepEqual(limits, []);
  }
});

test("who takes another server for the lead is told who takes whom, and may come again", () => {
  const { doorman, receive, sent, scripts } = door();
  receive(hello({ host: "host-147", lead: "host-166", client: clientId(4), fresh: 1 }));
  assert.deepEqual(sent[0], {
    kind: "refused",
    code: REFUSAL.lead,
    because: "s takes s for the lead of g, host-147 takes host-166: apply the same file on all hosts",
  });
  assert.equal(scripts[0]?.member.sessions.length, 0);
  doorman.receive(2, hello({ lead: "s" }), 6, FIRST_EPOCH);
  assert.equal(sent[1]?.kind, "welcome");
});

test("who does not care who leads is served, as is everyone where no file says it", () => {
  const { receive, sent } = door();
  receive(hello({ lead: "" }));
  assert.equal(sent[0]?.kind, "welcome");
  const { doorman, ...free } = door(false, "");
  doorman.receive(1, hello({ lead: "anyone" }), 5, FIRST_EPOCH);
  assert.equal(free.sent[0]?.kind, "welcome");
});

test("hello finds the member of its group", () => {
  const { receive, scripts } = door();
  receive(hello({ index: 2, client: clientId(4), fresh: 1 }));
  assert.equal(scripts[1]?.member.sessions.length, 1);
  assert.equal(scripts[0]?.member.sessions.length, 0);
});

test("a server without a file answers to any index", () => {
  const { receive, sent } = door(true);
  receive(hello({ index: 77 }));
  assert.equal(sent[0]?.kind, "welcome");
});

test("a connection is for one group", () => {
  const { receive, sent } = door();
  receive(hello());
  receive(hello({ index: 2 }));
  assert.equal(refusal(sent), REFUSAL.group);
});

test("a frame of another view ends the connection", () => {
  const { receive, closed } = door();
  receive(hello());
  receive({ kind: "statFs" }, 2);
  assert.deepEqual(closed, ["a frame of epoch 2, the view's is 1"]);
});

test("a tool gets a description without knowing an index", () => {
  const { receive, sent } = door();
  receive(hello({ role: 1, index: 99 }));
  receive({ kind: "describe" });
  assert.deepEqual(sent.at(-1), { kind: "description", json: '{"server":"s","members":[]}' });
});

test("a witness tells a client that it holds no data, and tools how it is", () => {
  const { receive, sent } = door(false, "s", false);
  receive(hello({ index: 3 }));
  assert.deepEqual(sent[0], {
    kind: "refused",
    code: REFUSAL.group,
    because: "s is only a witness of w: it holds no data",
  });
  const tool = door(false, "s", false);
  tool.receive(hello({ role: 1, index: 3 }));
  assert.equal(tool.sent[0]?.kind, "welcome");
  tool.receive({ kind: "describe" });
  assert.equal(tool.sent[1]?.kind, "description");
  tool.receive({ kind: "statFs" });
  assert.deepEqual(tool.closed, ["statFs from a tool"]);
});

test("another configuration is told in the next welcome", () => {
  const { doorman, receive, sent } = door();
  const configHash = new Uint8Array([2]);
  doorman.renew({ server: "s", software: "1.0", configHash, anyIndex: false, witnessOf: [] });
  receive(hello());
  assert.ok(sent[0]?.kind === "welcome");
  assert.deepEqual(sent[0].configHash, configHash);
});

test("a connection that ends leaves its session to come back", () => {
  const { doorman, receive, scripts } = door();
  receive(hello({ index: 2, client: clientId(4), fresh: 1 }));
  doorman.closed(1);
  assert.equal(scripts[1]?.member.sessions[0]?.connection, undefined);
});
