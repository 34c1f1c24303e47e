import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { parseShow, type UnitProperties } from "../core/apply/unit-properties.ts";

/** sd_booted(3): whether systemd is what this machine runs on. */
export const hasSystemd = (): boolean => existsSync("/run/systemd/system");

export type Ended = {
  /** Undefined when it was ended because it took too long, or could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly late: boolean;
};

/** Bytes of what a program says that are kept. */
const OUTPUT_MAX = 4 * 1024 * 1024;

/** Runs a program to its end, for `limitMs` at most. Never rejects. */
export function runProgram(command: string, args: readonly string[], limitMs: number): Promise<Ended> {
  return new Promise((settle) => {
    const said = { stdout: "", stderr: "" };
    let late = false;
    // A group of its own: ^C is for us, and what we do then may need systemctl.
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C", SYSTEMD_COLORS: "0" },
      detached: true,
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGTERM");
      // What it waits for may hold it up: it is not waited for.
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      child.unref();
      settle({ code: undefined, ...said, late });
    }, limitMs);
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        if (said[name].length < OUTPUT_MAX) said[name] += text;
      });
    child.on("error", (error) => {
      clearTimeout(timer);
      settle({ code: undefined, stdout: "", stderr: error.message, late });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      settle({ code: code ?? undefined, ...said, late });
    });
  });
}

/** systemd answers questions at once, unless it runs generators. */
const ANSWER_MS = 20_000;

/**
 * Asks systemd for properties of units.
 *
 * @param units Names or patterns; a name that it does not know is answered too, a pattern only for units in memory.
 * @returns By Id. Undefined when systemd does not answer.
 */
export async function showUnits(
  units: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, UnitProperties> | undefined> {
  if (units.length === 0) return new Map();
  const asked = ["Id", ...properties].join(",");
  const { code, stdout } = await runProgram(
    "systemctl",
    ["show", "--all", `--property=${asked}`, "--", ...units],
    ANSWER_MS,
  );
  if (code !== 0) return undefined;
  return new Map(parseShow(stdout).map((one) => [one.get("Id") ?? "", one]));
}

/**
 * What a unit has said last, without times: its programs' own words, or else systemd's about it.
 *
 * @param sinceMs In ms since 1970: what was said before is about something else.
 */
export async function lastLines(unit: string, count: number, sinceMs: number): Promise<readonly string[]> {
  const since = `--since=@${Math.floor(sinceMs / 1000)}`;
  for (const about of [[`_SYSTEMD_UNIT=${unit}`], ["-u", unit]]) {
    const words = ["-n", String(count), "-o", "cat", "--no-pager", "-q", since, ...about];
    const { stdout } = await runProgram("journalctl", words, ANSWER_MS);
    const lines = stdout.split("\n").filter((line) => line.trim() !== "");
    // What is tried again and again says the same again and again.
    if (lines.length > 0) return [...new Set(lines)];
  }
  return [];
}
