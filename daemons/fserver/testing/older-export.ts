import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** What came of a change, as a session's file has it in version 1. */
export type OlderOutcome = { readonly seq: number; readonly errno: number; readonly count: number };

/** Of version 1: as many outcomes, in 16 bytes each. */
const RING = 1_024;

/** Makes an export that is closed, and has one session, look as if the version before the journal had written it. */
export function makeOlder(root: string, client: number, outcomes: readonly OlderOutcome[]): void {
  const own = `${root}/.pohmelfs`;
  for (const name of ["journal", "sessions"]) rmSync(`${own}/${name}`, { recursive: true, force: true });
  writeFileSync(`${own}/journal`, Buffer.alloc(8_192));
  mkdirSync(`${own}/sessions`, { mode: 0o700 });
  const ring = Buffer.alloc(RING * 16);
  for (const { seq, errno, count } of outcomes) {
    const at = (seq % RING) * 16;
    ring.writeBigUInt64LE(BigInt(seq), at);
    ring.writeUInt16LE(errno, at + 8);
    ring.writeUIntLE(count, at + 10, 6);
  }
  writeFileSync(`${own}/sessions/${client}`, ring);
  const format = JSON.parse(readFileSync(`${own}/format`, "utf8"));
  writeFileSync(`${own}/format`, JSON.stringify({ ...format, version: 1 }));
}
