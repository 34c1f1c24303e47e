import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { escapeText, escapeWord } from "../../../systemd/core/escape.ts";
import { HEADER, unitText } from "../../../systemd/core/unit-text.ts";
import { readJson } from "../../client/read-json.ts";
import { replaceDurably, syncFolder } from "../durable-write.ts";
import { stateFolder } from "./places.ts";
import { runProgram } from "./systemctl.ts";

/**
 * What brings the old configuration back when nobody confirms the new one: a service, started by a timer of systemd, so
 * that it needs neither the session in which the change was made nor the network; and started at boot, since who cannot
 * reach a host any more has it switched off and on.
 */
const NAME = "pohmelfs-try";
const FOLDER = "/etc/systemd/system";
const SERVICE = join(FOLDER, `${NAME}.service`);
const LINK = join(FOLDER, "multi-user.target.wants", `${NAME}.service`);

/** What is being tried. */
export type Trial = {
  readonly version: 1;
  readonly generation: number;
  /** The generation that comes back. */
  readonly back: number;
  /** When, ISO 8601; undefined while the apply is still going on. */
  readonly until?: string;
};

const trialPath = (): string => join(stateFolder(), "try.json");
/** Its name once it is decided that the old one comes back, until it is back. */
const revertingPath = (): string => join(stateFolder(), "try.reverting.json");

export const currentTrial = (): Trial | undefined => readJson<Trial>(trialPath()) ?? readJson<Trial>(revertingPath());

function writeTrial(trial: Trial): void {
  mkdirSync(stateFolder(), { recursive: true, mode: 0o700 });
  replaceDurably(trialPath(), `${JSON.stringify(trial, undefined, 2)}\n`);
}

/** Decides that what is tried stays. @returns False when it is decided otherwise, or was already: one of both gets it. */
export function keepTrial(): boolean {
  try {
    unlinkSync(trialPath());
    return true;
  } catch {
    return false;
  }
}

/** Decides that it goes. @returns Undefined when nothing is being tried, or it was confirmed in this moment. */
export function dropTrial(): Trial | undefined {
  try {
    renameSync(trialPath(), revertingPath());
    syncFolder(stateFolder());
  } catch {
    // Confirmed; or decided before, by one that did not come to its end.
  }
  return readJson<Trial>(revertingPath());
}

/** This very program, as a unit starts it. */
function revertCommand(back: number): string {
  const program = realpathSync(process.argv[1] ?? "");
  return [process.execPath, ...process.execArgv, program, "rollback", String(back), "--unconfirmed"]
    .map(escapeWord)
    .join(" ");
}

function serviceText({ generation, back }: Trial): string {
  const environment = ["POHMELFS_CONFIG", "POHMELFS_STATE", "POHMELFS_RUN"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [["Environment", escapeWord(`${name}=${value}`)] as const];
  });
  const text = unitText({
    Unit: [
      ["Description", escapeText(`pohmelfs: generation ${back} comes back, ${generation} was not confirmed`)],
      // Its own jobs must not wait for those of the boot.
      ["After", "multi-user.target"],
    ],
    Service: [["Type", "exec"], ["ExecStart", revertCommand(back)], ...environment, ["SyslogIdentifier", "pohmelfs"]],
  });
  return text.replace(HEADER, "# Made by 'pohmelfs apply --try', and taken away by 'pohmelfs confirm'.");
}

/**
 * Arms it, before anything is changed.
 *
 * @param afterMs From now, unless it is armed anew.
 * @returns Why it could not be armed; then nothing may be changed.
 */
export async function armRevert(trial: Trial, afterMs: number): Promise<string | undefined> {
  try {
    writeTrial(trial);
    mkdirSync(dirname(LINK), { recursive: true });
    replaceDurably(SERVICE, serviceText(trial));
    rmSync(LINK, { force: true });
    symlinkSync(`../${NAME}.service`, LINK);
    syncFolder(dirname(LINK));
  } catch (error) {
    return (error as Error).message;
  }
  return startTimer(afterMs);
}

async function startTimer(afterMs: number): Promise<string | undefined> {
  await runProgram("systemctl", ["stop", `${NAME}.timer`], 10_000);
  const delay = `--on-active=${Math.ceil(afterMs / 1000)}s`;
  const words = ["--quiet", `--unit=${NAME}.service`, delay, "--timer-property=AccuracySec=100ms"];
  const { code, stderr } = await runProgram("systemd-run", words, 10_000);
  return code === 0 ? undefined : `systemd sets no timer: ${stderr.trim()}`;
}

/**
 * The apply is over: from now on the time counts that the administrator has.
 *
 * @returns Why there is no timer any more: then only a boot brings the old one back.
 */
export async function countDown(trial: Trial, afterMs: number): Promise<string | undefined> {
  writeTrial({ ...trial, until: new Date(Date.now() + afterMs).toISOString() });
  return startTimer(afterMs);
}

/** Takes it away: what was tried stays, or the old one is back. */
export async function disarmRevert(): Promise<void> {
  for (const path of [LINK, SERVICE, trialPath(), revertingPath()]) rmSync(path, { force: true });
  await runProgram("systemctl", ["stop", `${NAME}.timer`], 10_000);
  await runProgram("systemctl", ["reset-failed", `${NAME}.service`, `${NAME}.timer`], 10_000);
}
