/** The program `fserver`. Main thread: arguments, signals, systemd. The server itself has a thread of its own. */
import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from "node:worker_threads";
import { usageText } from "../core/usage.ts";
import { VERSION } from "../core/version.ts";
import { isJournal } from "../sys/log.ts";
import { nameProcess } from "../sys/name-process.ts";
import { notify } from "../sys/notify.ts";
import { wakeThread } from "../sys/wake-thread.ts";
import { parseArguments, type Arguments } from "./arguments.ts";
import { missingRights } from "./disk/missing-rights.ts";
import { planServer, type ServerPlan } from "./server-plan.ts";
import { FSERVER_USAGE } from "./usage.ts";
import { runServer, type FromServer, type ToServer } from "./server-thread.ts";
import { Supervisor } from "./supervisor.ts";

const EXIT = { failed: 1, usage: 2, bug: 70 } as const;
/** Set for the process that `-d` starts: it says on this descriptor that it serves. */
const READY_FD = "POHMELFS_READY_FD";

type Start = { readonly plan: ServerPlan; readonly port: MessagePort; readonly started: number };

/** On standard error; the journal is told how grave it is, sd-daemon(3). */
function complain(text: string): void {
  const prefix = isJournal(2, process.env["JOURNAL_STREAM"]) ? "<3>" : "";
  process.stderr.write(`${text.replace(/^/gm, prefix)}\n`);
}

type Started = Extract<Arguments, { readonly kind: "named" | "root" }>;

function main(): void {
  const args = parseArguments(process.argv.slice(2));
  if (!args.ok) {
    process.stderr.write(`fserver: ${args.because}\nTry 'fserver --help'.\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  if (args.value.kind === "help") {
    process.stdout.write(usageText(FSERVER_USAGE));
    return;
  }
  if (args.value.kind === "version") {
    process.stdout.write(`fserver ${VERSION}\n`);
    return;
  }
  start(args.value);
}

function start(args: Started): void {
  nameProcess("fserver");
  const planned = planServer(args);
  if (!planned.ok) {
    complain(planned.text);
    notify(`STATUS=${planned.text.split("\n", 1)[0]}`);
    process.exitCode = planned.exitCode;
    return;
  }
  const missing = planned.plan.members.length === 0 ? [] : missingRights();
  if (missing.length > 0) {
    complain(
      process.getuid?.() === 0
        ? `fserver: makes files in the name of others, and has not got ${missing.join(", ")}`
        : "fserver: must be started by root: it makes files in the name of others",
    );
    process.exitCode = EXIT.failed;
    return;
  }
  if (args.background && process.env[READY_FD] === undefined) background();
  else serve(planned.plan, args);
}

/** `-d`: starts this program again, detached, and ends when that one serves or has failed. */
function background(): void {
  const [node, ...rest] = process.argv;
  const nowhere = openSync("/dev/null", "r+");
  const child = spawn(node as string, rest, {
    detached: true,
    stdio: [nowhere, nowhere, "pipe", "pipe"],
    env: { ...process.env, [READY_FD]: "3" },
  });
  child.stderr?.pipe(process.stderr);
  child.stdio[3]?.once("data", () => process.exit(0));
  child.once("exit", (code) => process.exit(code ?? EXIT.failed));
}

function serve(plan: ServerPlan, args: Started): void {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { plan, port: port2, started: Date.now() } satisfies Start,
    transferList: [port2],
  });
  let wakeFd: number | undefined;
  const send = (message: ToServer): void => {
    port.postMessage(message);
    if (wakeFd !== undefined) wakeThread(wakeFd);
  };
  const supervisor = new Supervisor(plan, { send, plan: () => planServer(args) });
  const end = (because?: string): void => {
    supervisor.ended(because);
    if (because !== undefined) {
      complain(`fserver: ${because}`);
      process.exitCode = EXIT.failed;
    }
    port.close();
  };
  port.on("message", (message: FromServer) => {
    switch (message.kind) {
      case "awake":
        wakeFd = message.wakeFd;
        return;
      case "ready":
        supervisor.ready();
        return tellStarter();
      case "state":
        return supervisor.state(message.state);
      case "looked":
        return supervisor.looked();
      case "renewed":
        return supervisor.renewed();
      case "failed":
        return end(message.because);
      case "stopped":
        return end();
    }
  });
  worker.once("error", (error) => {
    process.stderr.write(`fserver: a bug: ${error.stack ?? error.message}\n`);
    process.exit(EXIT.bug);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      supervisor.stopping();
      send({ kind: "stop" });
    });
  }
  process.on("SIGHUP", () => supervisor.reload());
}

/** The process that `-d` was given to ends now, and its terminal is let go of. */
function tellStarter(): void {
  const fd = process.env[READY_FD];
  if (fd === undefined) return;
  writeSync(Number(fd), "ready\n");
  closeSync(Number(fd));
}

if (isMainThread) main();
else {
  const { plan, port, started } = workerData as Start;
  runServer(plan, port, started);
}
