import { spawnSync } from "node:child_process";

export type ToolOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Runs a tool to its end. What it says on both streams goes to our standard error, since standard output is for results.
 *
 * @throws When it cannot be started or does not end with 0.
 */
export function runTool(command: readonly [string, ...string[]], { cwd, env = {} }: ToolOptions = {}): void {
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", 2, 2],
  });
  if (error) throw new Error(`${program} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`'${command.join(" ")}' ended with ${status}; its message is above`);
}

/** @returns Its standard output. @throws As {@link runTool}. */
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
