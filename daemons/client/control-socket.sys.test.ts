import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { MountReport } from "../core/report.ts";
import { ControlSocket, type Answers, type SyncEvents } from "./control-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "pohmelfs-socket-"));
after(() => rmSync(folder, { recursive: true }));

let sockets = 0;

/** Asks, in as many pieces as are given. @returns All that comes until the end. */
async function ask(answers: Partial<Answers>, ...pieces: readonly string[]): Promise<string> {
  sockets += 1;
  const path = join(folder, String(sockets));
  const nobody = (): never => assert.fail("was asked");
  const control = new ControlSocket(path, { report: nobody, sync: nobody, ...answers });
  let text = "";
  try {
    const socket = connect(path).setEncoding("utf8");
    socket.on("data", (more: string) => {
      text += more;
    });
    const closed = new Promise((settle) => socket.once("close", settle));
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((settle) => setTimeout(settle, 20));
    }
    await closed;
  } finally {
    control.close();
  }
  return text;
}

test("who asks for a report gets one, also when the question comes in pieces", async () => {
  const report: Answers["report"] = (done) => done({ at: "/mnt" } as MountReport);
  assert.equal(await ask({ report }, "report\n"), '{"at":"/mnt"}');
  assert.equal(await ask({ report }, "rep", "ort\n"), '{"at":"/mnt"}');
});

test("who waits at a barrier is told how it goes, and how it ended", async () => {
  const sync = (because: string) => (events: SyncEvents) => {
    events.left({ changes: 2, bytes: 5, members: ["b"] });
    setTimeout(() => events.done(because), 10);
    return () => {};
  };
  const left = '{"left":{"changes":2,"bytes":5,"members":["b"]}}\n';
  assert.equal(await ask({ sync: sync("") }, "sync\n"), `${left}{"done":true}\n`);
  assert.equal(await ask({ sync: sync("b has lost changes") }, "sync\n"), `${left}{"failed":"b has lost changes"}\n`);
});

test("who leaves a barrier does not wait at it any more", async () => {
  const path = join(folder, "leaving");
  const gaveUp = new Promise<void>((settle) => {
    const control = new ControlSocket(path, {
      report: () => {},
      sync: () => () => {
        control.close();
        settle();
      },
    });
  });
  const socket = connect(path);
  socket.write("sync\n");
  setTimeout(() => socket.destroy(), 30);
  await gaveUp;
});

test("a question that is not known gets no answer, and no end of words is read", async () => {
  assert.equal(await ask({}, "dance\n"), "");
  assert.equal(await ask({}, "x".repeat(1_000)), "");
});
