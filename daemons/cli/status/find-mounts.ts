import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { readJson } from "../../client/read-json.ts";
import { mountsFolder, type RunState } from "../../client/run-files.ts";
import type { MountReport } from "../../core/report.ts";
import { mountedAt } from "../../core/mount-table.ts";
import type { FoundMount } from "../core/status.ts";
import { isDaemon } from "../../client/is-daemon.ts";
import { readMounts } from "../../client/read-mounts.ts";

/** Bytes of a report; more is a fault. */
const REPORT_BYTES_MAX = 1_048_576;

/** Asks a mount's daemon; undefined when it does not answer in time. */
export function askDaemon(socketPath: string, limitMs: number): Promise<MountReport | undefined> {
  return new Promise((settle) => {
    let text = "";
    const socket = connect(socketPath);
    const end = (report: MountReport | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(report);
    };
    const timer = setTimeout(() => end(undefined), limitMs);
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("report\n"));
    socket.on("data", (more: string) => {
      text += more;
      if (text.length > REPORT_BYTES_MAX) end(undefined);
    });
    socket.on("error", () => end(undefined));
    socket.on("close", () => {
      try {
        end(JSON.parse(text) as MountReport);
      } catch {
        end(undefined);
      }
    });
  });
}

/** Of all mounts of this machine that left their state in the run folder. */
export function readStates(): RunState[] {
  const folder = mountsFolder();
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.flatMap((name) => readJson<RunState>(join(folder, name)) ?? []);
}

/**
 * All mounts of this machine that left their state in the run folder, in the order of their directories.
 *
 * @param limitMs For each daemon's answer; they are asked at the same time.
 */
export async function findMounts(limitMs: number): Promise<FoundMount[]> {
  const table = readMounts();
  const found = readStates().map(async (state): Promise<FoundMount> => {
    const device = mountedAt(table, state.at)?.source ?? state.group;
    if (!isDaemon(state.pid)) return { state, device, kind: "dead", report: undefined };
    const report = await askDaemon(state.socket, limitMs);
    return report === undefined ? { state, device, kind: "silent", report } : { state, device, kind: "alive", report };
  });
  return (await Promise.all(found)).sort((a, b) => (a.state.at < b.state.at ? -1 : 1));
}
