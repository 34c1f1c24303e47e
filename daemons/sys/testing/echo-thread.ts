import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Reactor } from "../reactor.ts";

/** A reactor on a worker thread that sends each message back, until it gets "stop". For tests. */
const { port } = workerData as { port: MessagePort };
const reactor = new Reactor();
reactor.inbox(port, (message) => {
  if (message === "stop") return reactor.stop();
  if (message === "throw") throw new Error("as asked");
  port.postMessage({ echo: message });
});
port.postMessage({ wakeFd: reactor.wakeFd });
reactor.run();
reactor.close();
port.postMessage("stopped");
port.close();
parentPort?.close();
