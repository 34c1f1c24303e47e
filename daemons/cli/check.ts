import { loadConfig } from "../../config-schema/load.ts";
import { EXIT } from "./core/exit-codes.ts";
import { configPath } from "./machine.ts";
import { printDiagnostics } from "./read-config.ts";

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/**
 * `pohmelfs check [FILE]`: all errors and warnings at once.
 *
 * @param json The diagnostics as JSON on stdout, whether there are any or not.
 */
export function check(file: string | undefined, json: boolean): number {
  const path = configPath(file);
  const loaded = loadConfig(path);
  const diagnostics = loaded.ok ? loaded.warnings : loaded.diagnostics;
  if (json) process.stdout.write(`${JSON.stringify({ version: 1, path, ok: loaded.ok, diagnostics }, undefined, 2)}\n`);
  else printDiagnostics(diagnostics);
  if (!loaded.ok) return EXIT.configuration;
  const { servers, groups, mounts } = loaded.model;
  const parts = [counted(servers.length, "server"), counted(groups.length, "group"), counted(mounts.length, "mount")];
  if (!json) process.stdout.write(`${path}: ok: ${parts.join(", ")}\n`);
  return EXIT.ok;
}
