import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { PeerAnswer, PeerCalls, PeerRequest } from "./peer-process.ts";

/** Another process that makes system calls when told to. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  /** @returns What the call gives there; rejects with an Error with `code` when it fails there. */
  call<Name extends keyof PeerCalls>(
    name: Name,
    ...values: Parameters<PeerCalls[Name]>
  ): Promise<Awaited<ReturnType<PeerCalls[Name]>>>;
  /** Ends it at once, as SIGKILL does: it closes nothing itself. */
  kill(): Promise<void>;
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

export async function startPeer(): Promise<Peer> {
  const child = fork(join(import.meta.dirname, "peer-process.ts"), [], { execArgv: ["--import=tsx"] });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  child.on("message", (answer: PeerAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("value" in answer) call?.resolve(answer.value);
    else call?.reject(Object.assign(new Error(`in the other process: ${answer.message}`), { code: answer.code }));
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("the other process has ended"));
    waiting.clear();
  });
  await once(child, "spawn");

  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    call: (name, ...values) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
        child.send({ id, name, values } satisfies PeerRequest);
      }),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
