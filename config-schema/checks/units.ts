import { DEFAULTS } from "../defaults.ts";
import type { Draft } from "../draft.ts";
import { sizeBytes } from "../size.ts";
import type { Path } from "../tree.ts";
import { MEMORY_MAX, SERVER_TASKS_MIN } from "../unit-limits.ts";
import type { Facts, Found } from "./facts.ts";

type Unit = NonNullable<NonNullable<NonNullable<Draft["servers"]>[string]>["unit"]>;

/** With the limits of services they can run at all; what is to be mounted when it is used may be. */
export function checkUnits({ draft }: Facts): Found[] {
  return [
    ...Object.entries(draft.servers ?? {}).flatMap(([name, server]) => {
      const path = ["servers", name, "unit"];
      return [...memory(server?.unit, path), ...tasks(server?.unit, path, draft.defaults?.workers)];
    }),
    ...(draft.mounts ?? []).flatMap((mount, i) => [
      ...memory(mount?.unit, ["mounts", i, "unit"]),
      ...neverMounted(mount, ["mounts", i]),
    ]),
  ];
}

function memory(unit: Unit | null | undefined, path: Path): Found[] {
  const written = unit?.["memory-max"];
  const bytes = written === undefined ? undefined : sizeBytes(written);
  if (bytes === undefined || (bytes >= MEMORY_MAX.minBytes && bytes <= MEMORY_MAX.maxBytes)) return [];
  const message = `memory-max must be 192 MiB to 64 TiB, not '${written}'`;
  return [{ code: "out-of-range", path: [...path, "memory-max"], show: "value", message }];
}

function tasks(unit: Unit | null | undefined, path: Path, workers: number = DEFAULTS.workers): Found[] {
  const most = unit?.["tasks-max"];
  const needed = SERVER_TASKS_MIN + workers;
  if (most === undefined || most >= needed) return [];
  const message = `a server with ${workers} workers needs a tasks-max of at least ${needed}, not ${most}`;
  return [{ code: "out-of-range", path: [...path, "tasks-max"], show: "value", message }];
}

function neverMounted(mount: NonNullable<Draft["mounts"]>[number], path: Path): Found[] {
  const at = mount?.options?.indexOf("noauto") ?? -1;
  if (mount?.automount !== true || at < 0) return [];
  const message = "'noauto' means that nothing mounts it, 'automount: true' that its use does";
  return [
    { code: "never-mounted", path: [...path, "options", at], show: "value", message, hint: "leave one of them out" },
  ];
}
