import { spawn } from "node:child_process";

export type RunOptions = {
  readonly cwd?: string;
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Default 120 s; then it gets SIGKILL. */
  readonly limitMs?: number;
};
export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, without a shell. Its locale is C, its home does not exist. */
export function tryRun(command: readonly [string, ...string[]], options: RunOptions = {}): Promise<Ran> {
  const { input = "", limitMs = 120_000, env = {}, ...rest } = options;
  const [program, ...words] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      ...rest,
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", HOME: "/nonexistent", ...env },
      timeout: limitMs,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.stdin.on("error", () => {}); // a program need not read what it is given
    child.on("close", (status) =>
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    child.stdin.end(input);
  });
}

/** @returns stdout. @throws When the program does not end with 0; the message has what it printed. */
export async function run(command: readonly [string, ...string[]], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await tryRun(command, options);
  if (status === 0) return stdout;
  throw new Error(`${command.join(" ")} ended with ${status}\n${stderr.slice(-2000)}\n${stdout.slice(-2000)}`);
}

/** Runs a script of sh(1) that stops at the first failure. */
export const shell = (script: string, options: RunOptions = {}): Promise<string> =>
  run(["sh", "-euc", script], options);
