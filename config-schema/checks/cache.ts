import { CACHE_SIZES, isAllowed } from "../cache.ts";
import type { Draft } from "../draft.ts";
import { sizeBytes, sizeText } from "../size.ts";
import type { Path } from "../tree.ts";
import { MOUNT_MEMORY_BYTES } from "../unit-limits.ts";
import type { Facts, Found } from "./facts.ts";

/** The sizes of caches are within their limits, and what a mount may remember fits below the limit of its service. */
export function checkCache({ draft }: Facts): Found[] {
  return [
    ...sizes(draft.cache, ["cache"]),
    ...(draft.mounts ?? []).flatMap((mount, i) => [
      ...sizes(mount?.cache, ["mounts", i, "cache"]),
      ...tooMuch(mount, draft.cache, ["mounts", i]),
    ]),
  ];
}

function sizes(written: Draft["cache"], path: Path): Found[] {
  return CACHE_SIZES.flatMap((size): Found[] => {
    const value = written?.[size.key];
    const bytes = value === undefined ? undefined : sizeBytes(value);
    if (bytes === undefined || isAllowed(size, bytes)) return [];
    const message = `cache.${size.key} must be ${sizeText(size.minBytes)} to ${sizeText(size.maxBytes)}, not '${value}'`;
    return [{ code: "out-of-range", path: [...path, size.key], show: "value", message }];
  });
}

/** The service would be killed, again and again, as it fills its cache. */
function tooMuch(mount: NonNullable<Draft["mounts"]>[number], all: Draft["cache"], path: Path): Found[] {
  const most = mount?.unit?.["memory-max"];
  const memory = mount?.cache?.memory ?? all?.memory;
  const mostBytes = most === undefined ? undefined : sizeBytes(most);
  const bytes = memory === undefined ? undefined : sizeBytes(memory);
  if (mostBytes === undefined || bytes === undefined || bytes + MOUNT_MEMORY_BYTES <= mostBytes) return [];
  const message = `a memory-max of '${most}' has no room for a cache.memory of '${memory}' and ${sizeText(MOUNT_MEMORY_BYTES)} for the rest`;
  return [{ code: "no-room", path: [...path, "unit", "memory-max"], show: "value", message }];
}
