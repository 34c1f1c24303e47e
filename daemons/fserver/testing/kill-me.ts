/**
 * A process that applies a script's changes to an export until it is killed: `node --import tsx kill-me.ts ROOT`.
 * Says each number on standard output once it is applied.
 */
import { writeSync } from "node:fs";
import { clientId } from "../../core/brand.ts";
import type { Change } from "../../wire/messages.ts";
import { openDiskStore } from "../disk-store.ts";
import { longScript } from "./long-script.ts";

const opened = openDiskStore({ root: process.argv[2] ?? "", adopt: false });
if (!opened.ok) throw new Error(opened.because);
const store = opened.value;
const { changes } = longScript();
writeSync(1, "ready\n");
const idle = new Int32Array(new SharedArrayBuffer(4));
const position = store.position(clientId(1)) ?? 0;
for (let place = position; place < changes.length; place += 1) {
  store.apply(clientId(1), changes[place] as Change);
  writeSync(1, `${place + 1}\n`);
  if (place % 200 === 0) store.checkpoint();
  // Slow enough that the killer, who reads along, is never far behind.
  if (place % 64 === 0) Atomics.wait(idle, 0, 0, 1);
}
store.close();
