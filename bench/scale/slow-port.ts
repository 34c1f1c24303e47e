import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A port of the loopback address by which another one is reached, with a longer way. */
export interface SlowPort extends AsyncDisposable {
  readonly port: number;
}

/** @param delayMs Whole milliseconds that are added to each round trip. */
export async function openSlowPort(to: number, delayMs: number): Promise<SlowPort> {
  const program = fileURLToPath(new URL("slow-port-process.ts", import.meta.url));
  const words = ["--import", "tsx", program, String(to), String(delayMs)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: Number(port.toString()),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
