import { spawnSync } from "node:child_process";

export type ToolOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Runs a tool to its end, in silence.
 *
 * @throws When it cannot be started or does not end with 0; what it has said is in the message.
 */
export function runTool(command: readonly [string, ...string[]], { cwd, env = {} }: ToolOptions = {}): void {
  const [program, ...args] = command;
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error) throw new Error(`${program} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`'${command.join(" ")}' ended with ${status}\n${stdout}${stderr}`);
}

/** What it says to people goes on to them. @returns Its standard output. @throws As {@link runTool}. */
export function askTool(command: readonly [string, ...string[]], { cwd, env = {} }: ToolOptions = {}): string {
  const [program, ...args] = command;
  const { status, error, stdout } = spawnSync(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", 2],
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error) throw new Error(`${program} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`'${command.join(" ")}' ended with ${status}`);
  return stdout;
}
