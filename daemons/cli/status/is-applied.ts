import { resolve } from "node:path";
import type { Effect } from "../../../config-schema/effect.ts";
import { mountEffect, serverEffect } from "../../../config-schema/effects.ts";
import type { Model } from "../../../config-schema/model.ts";
import { readJson } from "../../client/read-json.ts";
import { type RunState, runFiles, runFolder } from "../../client/run-files.ts";
import { type ServerRunState, serverRunFile } from "../../core/server-run-state.ts";

/**
 * Whether every server and mount that runs on this machine by a file has read it as it is. It says nothing of what should
 * run and does not: that is for `pohmelfs plan`.
 */
export function isApplied(model: Model): boolean {
  const path = resolve(model.path);
  const servers = model.servers.flatMap(({ name }): (readonly [Effect, Effect])[] => {
    const state = readJson<ServerRunState>(serverRunFile(runFolder(), name));
    return isOf(path, state) ? [[state.effect, serverEffect(model, name)]] : [];
  });
  const mounts = model.mounts.flatMap((mount): (readonly [Effect, Effect])[] => {
    const state = readJson<RunState>(runFiles(mount.at).state);
    return isOf(path, state) ? [[state.effect, mountEffect(model, mount)]] : [];
  });
  // The whole file is in it; a mount that was made by hand may have other options.
  return [...servers, ...mounts].every(([has, wanted]) => has.reload === wanted.reload);
}

/** A daemon that runs, and uses this very file. */
function isOf<T extends RunState | ServerRunState>(path: string, state: T | undefined): state is T {
  if (state?.effect === undefined || resolve(state.config) !== path) return false;
  try {
    process.kill(state.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
